/** Routes requests to handlers that write the response themselves, and checks their tokens. */
import type { FastifyInstance, FastifyReply, onRequestHookHandler } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LIMITS, type TokenScope } from '../../common/protocol/wire.ts'
import { fromPathId } from '../../common/protocol/path-ids.ts'
import type { Token, Tokens } from '../auth/tokens.ts'
import type { Reply } from './reply.ts'
import type { Responder } from './responder.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on routes that need no token. */
    token: Token | null
  }
}

/** `/v1/accounts/{id}` → `{ id: string }` */
type ParamsOf<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Record<Name, string> & ParamsOf<Rest> : unknown

export interface AuthorizedRequest<Params = unknown> {
  readonly raw: IncomingMessage
  readonly params: Params
  readonly body: unknown
  readonly token: Token
}

export type Router = ReturnType<typeof createRouter>

/** @param onError for what a handler throws: its request is answered all the same */
export function createRouter(
  app: FastifyInstance,
  tokens: Tokens,
  responder: Responder,
  replyOf: (res: ServerResponse) => Reply,
  onError: (error: unknown, reply: Reply) => void,
) {
  /** Fastify sends no response of its own. */
  function hijack(reply: FastifyReply): Reply {
    reply.hijack()
    return replyOf(reply.raw)
  }

  app.decorateRequest('token', null)
  answerUnknown(app, responder, hijack)

  /** The ids in a path; null if it answered 400. */
  function idsOf(params: unknown, reply: Reply): Readonly<Record<string, string>> | null {
    const ids: Record<string, string> = {}
    for (const [name, segment] of Object.entries(params as Record<string, string>)) {
      const field = name === '*' ? 'message' : name
      const id = fromPathId(segment)
      if (id === null) {
        responder.problem(reply, 'bad-request', { detail: 'Send this id as "~" and the base64url of its UTF-8.', field })
        return null
      }
      ids[field] = id
    }
    return ids
  }

  async function answer(reply: FastifyReply, handle: (own: Reply) => void | Promise<void>): Promise<void> {
    const own = hijack(reply)
    try {
      await handle(own)
    } catch (error) {
      onError(error, own)
    }
  }

  return {
    /** A GET without a token. */
    public(path: string, handle: (req: IncomingMessage, reply: Reply) => void | Promise<void>): void {
      app.get(path, (request, reply) => {
        void answer(reply, (own) => handle(request.raw, own))
      })
    },
    /** A POST without a token. */
    publicPost(path: string, handle: (req: IncomingMessage, body: unknown, reply: Reply) => void | Promise<void>, bodyLimit: number): void {
      app.post(path, { bodyLimit }, (request, reply) => answer(reply, (own) => handle(request.raw, request.body, own)))
    },
    /**
     * Only a request whose token allows `scope` is handled; null accepts any token. Others are answered 401 or 403 before
     * the body is read, so that unauthenticated clients cannot upload.
     */
    route<Path extends string>(
      method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE',
      path: Path,
      scope: TokenScope | null,
      handle: (request: AuthorizedRequest<ParamsOf<Path>>, reply: Reply) => void | Promise<void>,
      bodyLimit: number = LIMITS.bodyBytes,
    ): void {
      app.route({
        method,
        // The id of a message is the rest of the path: a proxy may have decoded the slashes in it.
        url: path.replace('{message}', '*').replaceAll(/\{(\w+)\}/g, ':$1'),
        onRequest: requireScope(scope, tokens, responder, hijack),
        bodyLimit,
        async handler({ raw, params, body, token }, reply) {
          await answer(reply, async (own) => {
            const ids = idsOf(params, own)
            if (token && ids !== null) await handle({ raw, params: ids as ParamsOf<Path>, body, token }, own)
          })
        },
      })
    },
  }
}

function requireScope(
  scope: TokenScope | null,
  tokens: Tokens,
  { problem }: Responder,
  hijack: (reply: FastifyReply) => Reply,
): onRequestHookHandler {
  return (request, reply, done) => {
    const { authorization } = request.headers
    const token = tokens.find(authorization)
    if (token && (scope === null || token.allows(scope))) {
      request.token = token
      return done()
    }
    const own = hijack(reply)
    if (token)
      return problem(own, 'forbidden', {
        detail: `The token does not have the scope ${scope}.`,
        headers: ['WWW-Authenticate', `Bearer realm="mailbell", error="insufficient_scope", scope="${scope}"`],
      })
    const error = authorization === undefined ? '' : ', error="invalid_token"'
    problem(own, 'unauthorized', {
      detail: 'Send Authorization: Bearer TOKEN with a token that this server knows.',
      headers: ['WWW-Authenticate', `Bearer realm="mailbell"${error}`],
    })
  }
}

/** 404, or 405 with the allowed methods, before a body is read. */
function answerUnknown(app: FastifyInstance, { problem }: Responder, hijack: (reply: FastifyReply) => Reply): void {
  const methods: (readonly [url: string, method: string])[] = []
  app.addHook('onRoute', ({ url, method }) => {
    for (const each of [method].flat()) methods.push([url, each])
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done()
    const own = hijack(reply)
    const path = request.raw.url?.split('?', 1)[0] ?? ''
    const allowed = methods.flatMap(([url, method]) => (matches(url, path) ? [method] : []))
    if (allowed.length > 0) problem(own, 'method-not-allowed', { headers: ['Allow', allowed.join(', ')] })
    else problem(own, 'not-found')
  })
}

function matches(url: string, path: string): boolean {
  const parts = path.split('/')
  const expected = url.split('/')
  if (url.endsWith('*') ? parts.length < expected.length : parts.length !== expected.length) return false
  return expected.every((part, i) => part === parts[i] || (/^[:*]/.test(part) && parts[i] !== ''))
}
