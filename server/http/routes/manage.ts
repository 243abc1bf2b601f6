/** `/v1/manage/…`: clients add, try and remove the accounts of the config. Only with the scope `manage`, and never in plain text. */
import {
  type FoundMailbox,
  type ManagedAccount,
  type ManagedAccounts,
  PatchAccount,
  PostFind,
  PostRedirect,
  PostTry,
  type StartedTry,
  type TryFailure,
  type TryState,
} from '../../../common/protocol/manage.ts'
import { etagOf, parseIfNoneMatch, parseWait } from '../../../common/protocol/headers.ts'
import type { ProblemCode } from '../../../common/protocol/problems.ts'
import { PATHS } from '../../../common/protocol/wire.ts'
import { failureOf, type Manage } from '../../manage/manage.ts'
import { isLast, type Try } from '../../manage/tries.ts'
import type { HttpContext } from '../context.ts'
import { isSameMachine } from '../filter/addresses.ts'
import type { Reply } from '../reply.ts'
import type { AuthorizedRequest, Router } from '../router.ts'
import type { z } from 'zod'

const PROBLEM_OF: Partial<Readonly<Record<TryFailure, ProblemCode>>> = {
  'not-found': 'not-found',
  exists: 'conflict',
  'config-broken': 'config-broken',
  'config-not-written': 'config-not-written',
}
const RETRY_LATER = ['Retry-After', '60']
const INSECURE =
  'Passwords would travel in plain text: use https, through a proxy that sends X-Forwarded-Proto and is in trustedProxies, ' +
  'or set server.allowInsecure.'

const WRONG_ADDRESS = 'Send the whole address that the browser shows after this sign-in; it has the parameters "code" and "state".'

export function routeManage(router: Router, context: HttpContext): void {
  const { manage, check, config, responder, origins, input, schedule, isEncrypted } = context
  if (manage === null) return
  const { problem } = responder

  function isPermitted({ raw }: AuthorizedRequest, reply: Reply): boolean {
    if (origins.isOtherPage(raw, raw.headers.host ?? '', false))
      problem(reply, 'forbidden', { detail: 'Only the page of this server may manage its accounts.', field: 'Origin' })
    else if (!config.allowInsecure && !isEncrypted(raw)) problem(reply, 'insecure', { detail: INSECURE })
    else return true
    return false
  }

  /** As `router.route`, with these checks, and the errors of the config explained. */
  function route<Path extends string>(
    method: 'GET' | 'PATCH' | 'POST' | 'DELETE',
    path: Path,
    handle: (request: Parameters<Parameters<typeof router.route<Path>>[3]>[0], reply: Reply, port: Manage) => void | Promise<void>,
  ): void {
    router.route(method, path, 'manage', async (request, reply) => {
      if (manage === null || !isPermitted(request, reply)) return
      try {
        await handle(request, reply, manage)
      } catch (error) {
        const failure = failureOf(error)
        const code = failure && PROBLEM_OF[failure.code]
        if (!code) throw error
        problem(reply, code, { detail: failure.message })
      }
    })
  }

  route('POST', PATHS.findMailbox, async ({ body }, reply, port) => {
    const posted = input.body(PostFind, body, reply)
    if (posted) responder.json(reply, (await port.find(posted.address)) satisfies z.infer<typeof FoundMailbox>)
  })

  route('GET', PATHS.managed, ({ token }, reply, port) => {
    const accounts = port.accounts().map(({ account }) => account)
    responder.json(reply, { file: port.file, accounts: accounts.filter(token.covers) } satisfies ManagedAccounts)
  })

  route('GET', PATHS.managedAccount, ({ params, token }, reply, port) => {
    const found = token.covers(params.id) && port.accounts().find(({ account }) => account === params.id)
    if (found) responder.json(reply, found satisfies ManagedAccount)
    else problem(reply, 'not-found', { detail: 'The config has no such account, or none that can be changed here.', field: 'id' })
  })

  route('PATCH', PATHS.managedAccount, async ({ params, token, body }, reply, port) => {
    if (!input.isCovered(params.id, token, reply, 'id')) return
    const patched = input.body(PatchAccount, body, reply)
    if (!patched) return
    await port.rename(params.id, patched.label)
    responder.send(reply, 204, [])
  })

  route('DELETE', PATHS.managedAccount, async ({ params, token }, reply, port) => {
    if (!input.isCovered(params.id, token, reply, 'id')) return
    await port.remove(params.id)
    responder.send(reply, 204, [])
  })

  route('POST', PATHS.checkAccount, async ({ params, token }, reply) => {
    const account = input.knownAccount(params.id, token, reply, 'id')
    if (account === null) return
    await check(account)
    responder.send(reply, 204, [])
  })

  route('POST', PATHS.tries, async ({ raw, body, token }, reply, port) => {
    const posted = input.body(PostTry, body, reply)
    if (!posted || !input.isCovered(posted.account.account, token, reply, 'account.account')) return
    const started = await port.start(token.name, posted, !isSameMachine(raw))
    if (started.kind === 'started') return responder.json(reply, { id: started.id } satisfies z.infer<typeof StartedTry>)
    if (started.kind === 'invalid') return problem(reply, 'bad-request', { detail: started.detail, field: `account.${started.field}` })
    problem(reply, 'too-many-tries', { detail: 'Wait a minute, then try again.', headers: RETRY_LATER })
  })

  route('GET', PATHS.try, ({ raw, params, token }, reply, port) => {
    const found = port.tryOf(token.name, params.try)
    if (!found) return problem(reply, 'not-found', { detail: 'This try has ended, or the server has restarted since.', field: 'try' })
    const tagOf = (): string => `${params.try}.${found.rev}`
    const match = parseIfNoneMatch(raw.headers['if-none-match'] ?? '')
    const isKnown = (): boolean => match !== null && 'tags' in match && match.tags.includes(tagOf())
    const send = (): void => {
      const etag = ['ETag', etagOf(tagOf())]
      if (isKnown()) return responder.send(reply, 304, etag)
      responder.send(reply, 200, ['Content-Type', 'application/json', ...etag], JSON.stringify(found.state satisfies TryState))
    }
    const waitSeconds = Math.min(parseWait(raw.headers.prefer?.toString()) ?? 0, config.maxHoldSeconds)
    if (waitSeconds === 0 || !isKnown() || isLast(found.state) || responder.draining || reply.isQueued) return send()
    hold(found, waitSeconds * 1_000, reply, send)
  })

  route('DELETE', PATHS.try, ({ params, token }, reply, port) => {
    if (port.cancel(token.name, params.try)) responder.send(reply, 204, [])
    else problem(reply, 'not-found', { detail: 'This try has ended, or the server has restarted since.', field: 'try' })
  })

  route('POST', PATHS.tryRedirect, ({ params, token, body }, reply, port) => {
    const posted = input.body(PostRedirect, body, reply)
    if (!posted) return
    const isTaken = port.takeRedirectAddress(token.name, params.try, posted.address)
    if (isTaken) responder.send(reply, 204, [])
    else if (isTaken === null) problem(reply, 'not-found', { detail: 'No sign-in waits for an address here.', field: 'try' })
    else problem(reply, 'wrong-address', { detail: WRONG_ADDRESS, field: 'address' })
  })

  /** Tries are few: each poll that waits for one has its own timer. */
  function hold(found: Try, waitMs: number, reply: Reply, send: () => void): void {
    const poll = { expire: () => end(send), abandon: () => end(() => undefined) }
    function end(answer: () => void): void {
      stopListening()
      cancelTimer()
      reply.letGo(poll)
      answer()
    }
    const stopListening = found.onNext(() => end(send))
    const cancelTimer = schedule(() => end(send), waitMs)
    reply.hold(poll)
  }
}
