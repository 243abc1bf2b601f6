/** The HTTP side: Fastify routes and parses bodies; the files beside decide what is written, and to whom. */
import { isUtf8 } from 'node:buffer'
import { fastify, type FastifyError, type FastifyReply } from 'fastify'
import type { RequestListener } from 'node:http'
import { PROBLEMS } from '../../common/protocol/problems.ts'
import { LIMITS } from '../../common/protocol/wire.ts'
import { createAddresses } from './filter/addresses.ts'
import type { HttpContext, HttpDeps } from './context.ts'
import { createHostCheck } from './filter/hosts.ts'
import { createFastPath } from './fast/path.ts'
import { createReplyOf } from './http-reply.ts'
import { createInput } from './input.ts'
import { createListener } from './listener.ts'
import { createOrigins } from './filter/origins.ts'
import { createParserErrors } from './parser-errors.ts'
import { createRequestFilter } from './filter/request-filter.ts'
import type { Reply } from './reply.ts'
import { createResponder } from './responder.ts'
import { createRouter } from './router.ts'
import { createAccountGet, routeAccountsGet } from './routes/accounts-get.ts'
import { createAccountPut, routeAccountsPut } from './routes/accounts-put.ts'
import { routeCodes } from './routes/codes.ts'
import { routeDemo } from './routes/demo.ts'
import { routeHistory } from './routes/history.ts'
import { routeLegacy } from './routes/legacy.ts'
import { routeManage } from './routes/manage.ts'
import { routeMessages } from './routes/messages.ts'
import { routeOperations } from './routes/operations.ts'
import { routePage } from './routes/page.ts'

export type Http = Awaited<ReturnType<typeof createHttp>>

/** How long an idle connection stays open on shutdown, so that a request on its way is still answered. */
const IDLE_GRACE_MS = 1_000

const NOT_UTF8 = 'NOT_UTF8'

export async function createHttp(deps: HttpDeps) {
  const { config, maxConnections, times, log, parking, metrics, tokens, schedule } = deps
  const { allowedOrigins } = config
  const responder = createResponder(allowedOrigins, metrics.countResponse)
  const replyOf = createReplyOf(times.unread)

  /** Answers what Fastify itself rejected. */
  function reject(error: FastifyError, _request: unknown, hijacked: FastifyReply): void {
    hijacked.hijack()
    const reply = replyOf(hijacked.raw)
    const status = error.statusCode ?? 500
    if (status === 413) responder.problem(reply, 'too-large', { detail: 'The body is too large for this path.', field: 'body' })
    else if (status === 415) responder.problem(reply, 'unsupported-media-type', { field: 'Content-Type' })
    else if (status === 414) responder.problem(reply, 'uri-too-long')
    else if (error.code === 'FST_ERR_BAD_URL')
      responder.problem(reply, 'bad-request', { detail: 'The path is not validly percent-encoded UTF-8.', field: 'path' })
    else if (error.code === NOT_UTF8) responder.problem(reply, 'bad-request', { detail: 'The body is not UTF-8.', field: 'body' })
    else if (status >= 400 && status < 500)
      responder.problem(reply, 'bad-request', { detail: 'The body is not valid JSON.', field: 'body' })
    else fail(error, reply)
  }

  function fail(error: unknown, reply: Reply): void {
    log.error({ err: error }, 'a request failed unexpectedly')
    responder.problem(reply, 'internal')
  }

  /** The host check needs the port, which is known only once the server listens. */
  let isOwnHost: ReturnType<typeof createHostCheck> | null = null
  const origins = createOrigins(allowedOrigins)
  const filter = createRequestFilter(responder, replyOf, (host) => isOwnHost?.(host) ?? false, origins)
  let route: RequestListener | null = null
  const handler: RequestListener = (req, res) => {
    metrics.countRequest('http')
    if (filter(req, res)) route?.(req, res)
  }
  const onParserError = createParserErrors(responder, replyOf, schedule, metrics.countResponse)
  const listener = createListener(handler, maxConnections, times, schedule, onParserError)

  const app = fastify({
    // No log line, hook or listener per request: a parked poll holds nothing of Fastify's.
    logger: false,
    routerOptions: { maxParamLength: LIMITS.headerBytes },
    // Fastify's own compilers are not loaded: they are large.
    schemaController: { compilersFactory: { buildValidator: rejectSchema, buildSerializer: rejectSchema } },
    frameworkErrors: reject,
    clientErrorHandler: onParserError,
    serverFactory: (handle) => {
      route = handle
      return listener.server
    },
  })
  app.removeContentTypeParser(['text/plain', 'application/json'])
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    // Decoded all the same, two ids with different bytes would become one.
    if (isUtf8(body)) void parseJson(request, body.toString(), done)
    else done(Object.assign(new Error(), { statusCode: PROBLEMS['bad-request'].status, code: NOT_UTF8 }))
  })
  app.setErrorHandler(reject)

  const router = createRouter(app, tokens, responder, replyOf, fail)
  const context: HttpContext = {
    ...deps,
    responder,
    origins,
    fail,
    input: createInput(responder, deps.backend.board),
    ...createAddresses(config.trustedProxies),
  }
  const get = createAccountGet(context)
  const put = createAccountPut(context)
  routeAccountsGet(router, context, get)
  routeAccountsPut(router, context, put)
  for (const addRoutes of [routeHistory, routeMessages, routeDemo, routeCodes, routeManage, routeOperations]) addRoutes(router, context)
  if (config.legacy) routeLegacy(router, context)
  if (config.pageDir !== null) await routePage(router, responder, config.pageDir)
  await app.ready()
  const isOwn = (host: string): boolean => isOwnHost?.(host) ?? false
  const fast = config.fastPath ? createFastPath(listener.server, { ...context, times, isOwnHost: isOwn, get, put }) : null

  return {
    /** Resolves with the port. */
    async listen(): Promise<number> {
      const port = await listener.listen(config.host, config.port)
      isOwnHost = createHostCheck(config.host, port, config.allowedHosts)
      return port
    },
    /**
     * Drains and stops.
     * @param hurried once it resolves, clients are waited for no longer
     */
    close(hurried?: Promise<void>): Promise<void> {
      responder.draining = true
      return listener.close(() => parking.drain(config.drainMs, hurried), Math.min(config.drainMs, IDLE_GRACE_MS), hurried, fast)
    },
  }
}

function rejectSchema(): never {
  throw new Error('A route has a schema of Fastify; check its input with a schema of the wire.')
}
