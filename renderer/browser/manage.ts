/** The accounts of the server, as far as the token of the page may change them: nothing but polls and answers. */
import { toRequestError } from '../../client/outcomes.ts'
import { requestErrorOfTry } from '../../common/errors.ts'
import type { AccountForm } from '../../common/protocol/account.ts'
import type { ManageRequests } from '../../common/protocol/bridge.ts'
import { DONE, type Outcome, type RequestError, UNAVAILABLE } from '../../common/protocol/outcome.ts'
import type { ManageView } from '../../common/protocol/window-state.ts'
import type { createOpenTry } from './open-try.ts'
import type { ManageWire } from './wire.ts'

/** Until something is changed at the server; other errors say nothing about its accounts. */
const LASTING: ReadonlySet<string> = new Set(['insecure', 'config-broken'])
const MAX_FAILURES = 4
const RESTARTED: RequestError = { ok: false, code: 'restarting' }
const CANCELLED: RequestError = { ok: false, code: 'cancelled' }

/** The server has forgotten the try: that ended a while ago, or the server has restarted. */
const FORGOTTEN: RequestError = { ok: false, code: 'sign-in-expired' }

/**
 * @param openTry of an earlier load of the page, and for a later one
 * @param wireOf null while the page is signed out
 * @param onChange after each change of `view`
 * @param pause before a poll that failed is repeated
 */
export function createPageManage(
  openTry: ReturnType<typeof createOpenTry>,
  wireOf: () => ManageWire | null,
  onChange: () => void,
  pause: () => Promise<void>,
) {
  let view: ManageView | null = null
  let starting: AbortController | null = null
  let running: { readonly wire: ManageWire; readonly id: string } | null = null

  function show(change: Partial<ManageView>): void {
    if (view) view = { ...view, ...change }
    onChange()
  }

  async function refresh(): Promise<void> {
    const wire = wireOf()
    const result = await wire?.readManaged()
    if (!result || wire !== wireOf()) return
    const before = view ?? { tryStep: null, signIn: null, openTry: running ? null : openTry.read() }
    if (result.ok) view = { ...before, ...result.value, problem: null }
    else if (result.problem.code === 'forbidden' || result.problem.code === 'not-found') view = null
    else if (LASTING.has(result.problem.code)) view = { accounts: [], file: null, ...before, problem: toRequestError(result.problem) }
    onChange()
  }

  async function signIn(account: AccountForm, again: boolean): Promise<Outcome> {
    const wire = wireOf()
    if (!wire) return UNAVAILABLE
    const start = new AbortController()
    starting = start
    const started = await wire.startTry(account, again)
    if (starting === start) starting = null
    if (!started.ok) return toRequestError(started.problem)
    if (start.signal.aborted) {
      await wire.cancelTry(started.value.id)
      return CANCELLED
    }
    openTry.write(started.value.id, again, account)
    return await run(wire, started.value.id)
  }

  /** A later try takes the place of this one: its state and its entry in the tab stay. */
  async function run(wire: ManageWire, id: string): Promise<Outcome> {
    const isShown = (): boolean => running?.id === id
    running = { wire, id }
    show({ openTry: null })
    try {
      return await follow(wire, id, (change) => isShown() && show(change))
    } finally {
      if (isShown()) {
        running = null
        openTry.remove()
        show({ tryStep: null, signIn: null })
      }
      await refresh()
    }
  }

  /** An account that is there was added meanwhile. */
  async function resumeTry(): Promise<Outcome> {
    const wire = wireOf()
    const open = openTry.read()
    if (!wire || !open) return UNAVAILABLE
    const outcome = await run(wire, open.id)
    if (outcome !== RESTARTED) return outcome
    return !open.again && view?.accounts.includes(open.account.account) ? DONE : FORGOTTEN
  }

  /** A poll that fails is repeated as long as the server remembers the try: it goes on there. */
  async function follow(wire: ManageWire, id: string, showStep: typeof show): Promise<Outcome> {
    let etag: string | null = null
    for (let failures = 0; ;) {
      const answer = await wire.followTry(id, etag)
      if (!answer.ok) {
        failures += 1
        if (answer.problem.code === 'not-found' || answer.problem.code === 'unauthorized') return RESTARTED
        if (failures > MAX_FAILURES) return toRequestError(answer.problem)
        await pause()
        continue
      }
      failures = 0
      etag = answer.value.etag
      const { state } = answer.value
      if (state?.kind === 'done') return DONE
      if (state?.kind === 'failed') return requestErrorOfTry(state)
      if (state?.kind === 'step') showStep({ tryStep: state.step, signIn: null })
      else if (state) showStep({ tryStep: null, signIn: state })
    }
  }

  return {
    get view() {
      return view
    },
    refresh,
    resumeTry,
    /** Brings the address at which the browser ended to the sign-in of the try. */
    sendRedirectAddress: async (address: string): Promise<Outcome> =>
      (await running?.wire.sendRedirectAddress(running.id, address)) ?? UNAVAILABLE,
    /** The token may not manage accounts, or is gone. */
    end(): void {
      view = null
      openTry.remove()
    },
    requests: {
      async findMailbox(address) {
        const found = await wireOf()?.findMailbox(address)
        if (!found) return UNAVAILABLE
        return found.ok ? { ok: true, discovery: found.value } : toRequestError(found.problem)
      },
      addAccount: (form) => signIn(form, false),
      async readAccount(id) {
        const found = await wireOf()?.readManagedAccount(id)
        if (!found) return UNAVAILABLE
        return found.ok ? { ok: true, account: found.value } : toRequestError(found.problem)
      },
      signInAgain: (form) => signIn(form, true),
      async cancelSignIn() {
        starting?.abort()
        const outcome = (await running?.wire.cancelTry(running.id)) ?? DONE
        // It has ended meanwhile.
        return !outcome.ok && outcome.code === 'not-found' ? DONE : outcome
      },
      renameAccount: async ({ account, label }) => (await wireOf()?.renameAccount(account, label)) ?? UNAVAILABLE,
      async removeAccount(id) {
        const outcome = (await wireOf()?.removeAccount(id)) ?? UNAVAILABLE
        await refresh()
        return outcome
      },
      retryAccount: async (id) => (await wireOf()?.checkAccount(id)) ?? UNAVAILABLE,
    } satisfies ManageRequests,
  }
}
