/** What tools and operators request: the server, its API document, its health and its metrics. */
import { TOKEN_SCOPES } from '../../../common/protocol/token-scopes.ts'
import { PATHS, type ServerInfo } from '../../../common/protocol/wire.ts'
import type { HttpContext } from '../context.ts'
import type { Router } from '../router.ts'

const TEXT = ['Content-Type', 'text/plain; charset=utf-8']

export function routeOperations(router: Router, { config, info, demoAccounts, isReady, manage, metrics, responder }: HttpContext): void {
  // Any token: what a client needs before it shows anything.
  router.route('GET', PATHS.server, null, ({ token }, res) =>
    responder.json(res, {
      ...info(),
      demoAccounts: demoAccounts().filter(token.covers),
      token: token.name,
      scopes: TOKEN_SCOPES.filter((scope) => token.allows(scope) && (scope !== 'manage' || manage !== null)),
    } satisfies ServerInfo),
  )

  /** Large, and rarely read. */
  async function createDocument(): Promise<Buffer> {
    const { openApiDocument } = await import('../openapi/document.ts')
    return Buffer.from(JSON.stringify(openApiDocument(info().version, config.legacy, manage !== null)))
  }

  // Public: it reveals nothing about the accounts.
  let document: Promise<Buffer> | null = null
  router.public(PATHS.openapi, async (_req, res) => {
    document ??= createDocument()
    responder.send(res, 200, ['Content-Type', 'application/json'], await document)
  })

  // The process responds.
  router.public(PATHS.health, (_req, res) => responder.send(res, 200, TEXT, 'ok\n'))

  // It listens, and every source has reported or failed once.
  router.public(PATHS.ready, (_req, res) => {
    if (isReady() && !responder.draining) responder.send(res, 200, TEXT, 'ready\n')
    else responder.problem(res, 'not-ready', { headers: ['Retry-After', '1'] })
  })

  // Only a token that reads all accounts, since the metrics name the sources.
  router.route('GET', PATHS.metrics, 'read', async ({ token }, res) => {
    if (token.accounts === '*') responder.send(res, 200, ['Content-Type', metrics.contentType], await metrics.text())
    else responder.problem(res, 'forbidden', { detail: 'The metrics require a token that covers all accounts ("*").' })
  })
}
