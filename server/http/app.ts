/** The HTTP side: the files beside decide what is written, and to whom. */
import type { RequestListener } from 'node:http'
import { errorCodeOf } from '../../common/errors.ts'
import { setHalfOpen } from '../platform/node-internals.ts'
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
import { createAccountGet } from './routes/accounts-get.ts'
import { createAccountPut } from './routes/accounts-put.ts'
import { readPageFiles } from './routes/page.ts'

export type Http = Awaited<ReturnType<typeof createHttp>>

/** How long an idle connection stays open on shutdown, so that a request on its way is still answered. */
const IDLE_GRACE_MS = 1_000

/** Code is loaded when it is needed. */
const REPLACED = 'The files of the program were replaced or removed; restart the server.'

export async function createHttp(deps: HttpDeps) {
  const { config, maxConnections, times, log, parking, metrics, schedule, defer } = deps
  const { allowedOrigins } = config
  const responder = createResponder(allowedOrigins, metrics.countResponse)
  const replyOf = createReplyOf(times.unread)

  function fail(error: unknown, reply: Reply): void {
    const isReplaced = errorCodeOf(error) === 'ERR_MODULE_NOT_FOUND'
    log.error({ err: error }, isReplaced ? REPLACED : 'a request failed unexpectedly')
    responder.problem(reply, 'internal', isReplaced ? { detail: REPLACED } : {})
  }

  /** The host check needs the port, which is known only once the server listens. */
  let isOwnHost: ReturnType<typeof createHostCheck> | null = null
  const isOwn = (host: string): boolean => isOwnHost?.(host) ?? false
  const origins = createOrigins(allowedOrigins)
  const filter = createRequestFilter(responder, replyOf, isOwn, origins)
  let route: RequestListener | null = null
  let routes: Promise<void> | null = null
  const handler: RequestListener = (req, res) => {
    metrics.countRequest('http')
    if (!filter(req, res)) return
    if (route) return route(req, res)
    // Loaded for the first request: an idle server, and one that only holds polls, saves its memory.
    routes ??= loadRoutes()
    routes.then(
      () => route?.(req, res),
      (error: unknown) => fail(error, replyOf(res)),
    )
  }
  const onParserError = createParserErrors(responder, replyOf, schedule, metrics.countResponse)
  const listener = createListener(handler, maxConnections, times, schedule, defer, onParserError)

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
  const pageFiles = config.pageDir === null ? [] : await readPageFiles(config.pageDir)
  async function loadRoutes(): Promise<void> {
    // The first request waits for the routes, also that of a client that sends no more.
    setHalfOpen(listener.server, true)
    try {
      const { createRoutes } = await import('./routes.ts')
      route = await createRoutes(context, { replyOf, pageFiles, get, put })
    } finally {
      setHalfOpen(listener.server, false)
    }
  }
  const fast = config.fastPath ? createFastPath(listener.server, { ...context, times, isOwnHost: isOwn, get, put }) : null

  return {
    /** Resolves with the port; connections wait until `open`. Rejects if the server cannot listen. */
    async listen(): Promise<number> {
      const port = await listener.listen(config.host, config.port)
      isOwnHost = createHostCheck(config.host, port, config.allowedHosts)
      return port
    },
    open: listener.open,
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
