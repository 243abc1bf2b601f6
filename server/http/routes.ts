/** Everything that is not answered on the socket: Fastify routes it and parses bodies. */
import { isUtf8 } from 'node:buffer'
import type { RequestListener, ServerResponse } from 'node:http'
import { fastify, type FastifyError, type FastifyReply } from 'fastify'
import { PROBLEMS } from '../../common/protocol/problems.ts'
import { LIMITS } from '../../common/protocol/wire.ts'
import type { HttpContext } from './context.ts'
import type { Reply } from './reply.ts'
import { createRouter } from './router.ts'
import { type AccountGet, routeAccountsGet } from './routes/accounts-get.ts'
import { type AccountPut, routeAccountsPut } from './routes/accounts-put.ts'
import { routeCodes } from './routes/codes.ts'
import { routeDemo } from './routes/demo.ts'
import { routeHistory } from './routes/history.ts'
import { routeLegacy } from './routes/legacy.ts'
import { routeManage } from './routes/manage.ts'
import { routeMessages } from './routes/messages.ts'
import { routeOperations } from './routes/operations.ts'
import { type PageFile, routePage } from './routes/page.ts'

const NOT_UTF8 = 'NOT_UTF8'

interface RoutesParts {
  readonly replyOf: (res: ServerResponse) => Reply
  readonly pageFiles: readonly PageFile[]
  readonly get: AccountGet
  readonly put: AccountPut
}

export async function createRoutes(context: HttpContext, { replyOf, pageFiles, get, put }: RoutesParts): Promise<RequestListener> {
  const { config, fail, responder, tokens } = context

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

  const app = fastify({
    // No log line, hook or listener per request: a parked poll holds nothing of Fastify's.
    logger: false,
    routerOptions: { maxParamLength: LIMITS.headerBytes },
    // Fastify's own compilers are not loaded: they are large.
    schemaController: { compilersFactory: { buildValidator: rejectSchema, buildSerializer: rejectSchema } },
    frameworkErrors: reject,
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
  routeAccountsGet(router, context, get)
  routeAccountsPut(router, context, put)
  for (const addRoutes of [routeHistory, routeMessages, routeDemo, routeCodes, routeManage, routeOperations]) addRoutes(router, context)
  if (config.legacy) routeLegacy(router, context)
  routePage(router, responder, pageFiles)
  await app.ready()
  return app.routing
}

function rejectSchema(): never {
  throw new Error('A route has a schema of Fastify; check its input with a schema of the wire.')
}
