/** The HTTP shell: Fastify routes and reads bodies; what is written, and to whom, is decided in the files beside. */
import { fastify, type FastifyError, type FastifyInstance } from 'fastify'
import type { RequestListener, ServerResponse } from 'node:http'
import type { BoardBackend } from '../board/backend.ts'
import type { Parking } from '../board/parking.ts'
import type { HttpConfig } from './config.ts'
import type { Logger } from '../platform/log.ts'
import type { Metrics } from './metrics.ts'
import { type DemoAction, LIMITS, PATHS, type ServerInfo } from '../../common/protocol/wire.ts'
import type { Tokens } from '../auth/tokens.ts'
import { createAuthorization } from './authorization.ts'
import { type AccountPollContext, createBodies } from './account-poll.ts'
import { createAddressOf } from './addresses.ts'
import { type Answers, createAnswers } from './answers.ts'
import { createRequestFilter } from './request-filter.ts'
import { createHostCheck, type HostCheck } from './hosts.ts'
import { createListener, type ListenerTimes } from './listener.ts'
import { routeAccountsGet } from './routes/accounts-get.ts'
import { routeAccountsPut } from './routes/accounts-put.ts'
import { routeDemo } from './routes/demo.ts'
import { routeHealth } from './routes/health.ts'
import { routeLegacy } from './routes/legacy.ts'
import { routeMessages } from './routes/messages.ts'
import { routeMetrics } from './routes/metrics.ts'
import { routeOpenApi } from './routes/openapi.ts'
import { readPage, routePage } from './routes/page.ts'
import { routeServerInfo } from './routes/server-info.ts'
import { routeOf } from './paths.ts'

export interface HttpDeps {
  readonly config: HttpConfig
  readonly times: ListenerTimes
  readonly log: Logger
  readonly home: BoardBackend
  readonly parking: Parking
  readonly metrics: Metrics
  readonly tokens: Tokens
  readonly info: () => ServerInfo
  readonly changeDemo: (action: DemoAction) => boolean
  readonly now: () => number
  readonly random: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
}

export interface Http {
  /** The port that is listened on. */
  listen(): Promise<number>
  /** Drains and stops. */
  close(): Promise<void>
}

/** Connections without a parked poll that are let in besides those with one. */
const SPARE_CONNECTIONS = 10_000
/** An idle connection stays this long on shutdown, so that a request on its way finds somebody. */
const IDLE_GRACE_MS = 1_000

export async function createHttp(deps: HttpDeps): Promise<Http> {
  const { config, times, log, home, parking, metrics, tokens, info, now, random, schedule } = deps
  const { board } = home
  const { allowedOrigins, maxHoldSeconds } = config
  const answers = createAnswers({ allowedOrigins, onAnswer: metrics.answered })
  const access = createAuthorization(tokens, answers)
  const addressOf = createAddressOf(config.trustedProxies)
  const desk: AccountPollContext = { parking, answers, metrics, now, random, maxHoldSeconds, board, bodies: createBodies(board, now) }

  /** What Fastify refused by itself, in our words. */
  function fail(error: FastifyError, res: ServerResponse): void {
    const status = error.statusCode ?? 500
    if (status === 413) answers.problem(res, 'too-large', { detail: 'The body is larger than this path takes.', field: 'body' })
    else if (status === 415) answers.problem(res, 'unsupported-media-type', { field: 'Content-Type' })
    else if (status === 414) answers.problem(res, 'uri-too-long')
    else if (error.code === 'FST_ERR_BAD_URL')
      answers.problem(res, 'bad-request', { detail: 'The path is not validly percent-encoded UTF-8.', field: 'path' })
    else if (status >= 400 && status < 500) answers.problem(res, 'bad-request', { detail: 'The body is not valid JSON.', field: 'body' })
    else {
      log.error({ err: error }, 'a request failed unexpectedly')
      answers.problem(res, 'internal')
    }
  }

  let isOwnHost: HostCheck | null = null
  const gate = createRequestFilter({ answers, isOwnHost: (host) => isOwnHost?.(host) ?? false, allowedOrigins })
  let route: RequestListener | null = null
  const listener = createListener({
    handler: (req, res) => {
      if (gate(req, res)) route?.(req, res)
    },
    maxConnections: config.caps.total + SPARE_CONNECTIONS,
    times,
    schedule,
    onAnswer: metrics.answered,
  })

  const app = fastify({
    // No log line, hook or listener per request: a parked poll keeps nothing of Fastify's.
    logger: false,
    bodyLimit: LIMITS.bodyBytes,
    routerOptions: { maxParamLength: LIMITS.urlBytes },
    frameworkErrors: (error, _request, reply) => {
      reply.hijack()
      fail(error, reply.raw)
    },
    clientErrorHandler: (error, socket) => listener.refuse(error, socket),
    serverFactory: (handler) => {
      route = handler
      return listener.server
    },
  })
  app.removeContentTypeParser('text/plain')
  app.decorateRequest('token', null)
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    reply.hijack()
    fail(error, reply.raw)
  })
  answerUnknown(app, answers)

  routeAccountsGet(app, { access, desk, addressOf })
  routeAccountsPut(app, { access, answers, home })
  routeServerInfo(app, { access, answers, info })
  routeMessages(app, { access, answers, board, act: (request) => home.act(request) })
  routeDemo(app, { access, answers, change: deps.changeDemo })
  routeOpenApi(app, answers, { version: info().version, legacy: config.legacy })
  routeHealth(app, { answers, isReady: () => home.isReady() })
  routeMetrics(app, { access, answers, metrics })
  if (config.legacy) routeLegacy(app, { access, desk, addressOf })
  if (config.pageDir !== null) routePage(app, answers, await readPage(config.pageDir))
  await app.ready()

  return {
    async listen() {
      const port = await listener.listen(config.host, config.port)
      isOwnHost = createHostCheck({ host: config.host, port, allowedHosts: config.allowedHosts })
      return port
    },
    close() {
      answers.draining = true
      return listener.close(() => parking.drain(config.drainMs), Math.min(config.drainMs, IDLE_GRACE_MS))
    },
  }
}

/** Routes with a name in their path, each by what fits it. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/accounts\/[^/]+$/, routeOf(PATHS.account)],
  [/^\/v1\/accounts\/[^/]+\/messages$/, routeOf(PATHS.messages)],
  [/^\/v1\/accounts\/[^/]+\/messages\/[^/]+$/, routeOf(PATHS.message)],
]

/** 404, or 405 with what is allowed, before a body is read. */
function answerUnknown(app: FastifyInstance, answers: Answers): void {
  const methods = new Map<string, string[]>()
  app.addHook('onRoute', ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()])
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done()
    reply.hijack()
    const path = request.raw.url?.split('?', 1)[0] ?? ''
    const route = methods.has(path) ? path : PATTERNS.find(([pattern]) => pattern.test(path))?.[1]
    const allowed = route === undefined ? undefined : methods.get(route)
    if (allowed) answers.problem(reply.raw, 'method-not-allowed', { headers: ['Allow', allowed.join(', ')] })
    else answers.problem(reply.raw, 'not-found')
  })
}
