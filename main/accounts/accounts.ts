/**
 * The mail accounts and the remote servers that this app keeps: added once they are seen to work, removed with their
 * secrets, and handed to the bundled server and the poll loops.
 */
import { createSerialQueue } from '../../common/async/serial-queue.ts'
import type { Server } from '../../client/http.ts'
import type { AccountTokens, WorkerSources } from '../../common/protocol/worker.ts'
import type { WorkerAccount } from '../../common/protocol/account.ts'
import { secretOfAccount, withoutSecret, withSecret } from './account-secret.ts'
import { fillIn, refusal } from './account-try.ts'
import type { Unavailable } from './unavailable.ts'
import type { RemoteServerForm } from '../../common/protocol/bridge.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { AccountForm, StoredAccount } from '../../common/protocol/account.ts'
import type { Links } from '../servers/links.ts'
import { passwordKey, type Secrets, tokenKey } from './secrets/secrets.ts'
import { parseServerUrl } from '../../common/model/server-url.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { SettingsStore } from '../settings/settings.ts'
import type { SettingsFile } from '../settings/settings-schema.ts'
import type { StateStore } from '../state.ts'

export interface AccountsDeps {
  readonly settings: Pick<SettingsStore, 'accounts' | 'servers' | 'memoryAccepted' | 'setAccounts' | 'setServers'>
  readonly secrets: Pick<Secrets, 'storage' | 'locked' | 'read' | 'keep' | 'forget'>
  readonly server: Pick<ServerProcess, 'start' | 'setSources' | 'tryAccount'>
  readonly links: Pick<Links, 'add' | 'remove' | 'setDemo'>
  readonly tryServer: (server: Server) => Promise<Outcome>
  readonly state: Pick<StateStore, 'update' | 'addNotice' | 'dismissNotice'>
}

export interface Accounts {
  /** What is kept, but cannot be asked in this run until somebody signs in. */
  readonly absent: Unavailable
  /** Starts the bundled server and the loops with what is kept. */
  start(): Promise<void>
  /** Takes in what has become readable: the passphrase was typed, for example. */
  readSecrets(): Promise<void>
  /** What came by a file: each waits for its sign-in. Gives back what was not there before. */
  take(given: Kept): Promise<Kept>
  add(form: AccountForm): Promise<Outcome>
  /** Tries one that is kept, and puts it in the place of what was kept of it. */
  signInAgain(form: AccountForm): Promise<Outcome>
  /** Null where there is no such account. */
  kept(account: string): StoredAccount | null
  /** Tokens that a sign-in or a renewal has brought; resolves once they are kept, or held for an account that is being added. */
  keepTokens(given: AccountTokens): Promise<void>
  remove(account: string): Promise<Outcome>
  connect(form: RemoteServerForm): Promise<Outcome>
  disconnect(id: string): Promise<Outcome>
}

const DONE: Outcome = { ok: true }
const UNKNOWN: Outcome = { ok: false, code: 'invalid', field: 'account' }
const EXISTS: Outcome = { ok: false, code: 'exists', field: 'account' }
const LOCKED: Outcome = { ok: false, code: 'locked' }

/** Accounts and servers without their secrets. */
type Kept = Pick<SettingsFile, 'accounts' | 'servers'>

export function createAccounts(deps: AccountsDeps): Accounts {
  const { settings, secrets, server, links, tryServer, state } = deps
  /** What the bundled server counts just now: the accounts whose password is known. */
  const counted = new Map<string, WorkerAccount>()
  /** Accounts that are being added, with their tokens once there are some. */
  const fresh = new Map<string, string | null>()
  /** The remote servers that are polled: those whose token is known. */
  const polled = new Set<string>()

  const absent = (): Unavailable => ({
    accounts: settings.accounts.flatMap(({ account }) => (counted.has(account) ? [] : [account])),
    servers: settings.servers.flatMap(({ id }) => (polled.has(id) ? [] : [id])),
  })

  function sources(): WorkerSources {
    const demo = settings.accounts.length === 0 && settings.servers.length === 0
    state.update({ managedAccounts: settings.accounts.map(({ account }) => account), unavailable: absent() })
    links.setDemo(demo)
    return { accounts: [...counted.values()], demo }
  }

  /** Whatever depends on whether a secret outlives this run is said the moment there is one. */
  async function keepSecret(key: string, secret: string): Promise<void> {
    await secrets.keep(key, secret)
    warnOfMemory()
  }

  function warnOfMemory(): void {
    if (secrets.storage === 'memory' && !settings.memoryAccepted) state.addNotice({ id: 'no-keyring' })
  }

  /** What is kept changes one change after the other; trying a login or a server is not part of that. */
  const enqueue = createSerialQueue()

  async function keepAccount(form: AccountForm): Promise<Outcome> {
    const tokens = fresh.get(form.account)
    const { oauth, ...rest } = form
    const account: WorkerAccount = { ...rest, ...(oauth && { oauth: { ...oauth, ...(tokens && { tokens }) } }) }
    await keepSecret(passwordKey(form.account), secretOfAccount(account))
    const kept = withoutSecret(account)
    const isKept = hasAccount(form.account)
    settings.setAccounts(
      isKept ? settings.accounts.map((one) => (one.account === kept.account ? kept : one)) : [...settings.accounts, kept],
    )
    counted.set(form.account, account)
    server.setSources(sources())
    return DONE
  }

  async function keepServer(url: string, token: string): Promise<Outcome> {
    if (polled.has(url)) return { ok: false, code: 'exists', field: 'url' }
    await keepSecret(tokenKey(url), token)
    settings.setServers([...settings.servers.filter(({ id }) => id !== url), { id: url, url }])
    polled.add(url)
    links.add(url, { url, token })
    server.setSources(sources())
    return DONE
  }

  async function readAll(): Promise<void> {
    const unreadable: string[] = []
    for (const kept of settings.accounts.filter(({ account }) => !counted.has(account))) {
      const secret = await secrets.read(passwordKey(kept.account))
      const whole = secret.kind === 'secret' ? withSecret(kept, secret.value) : null
      if (whole) counted.set(kept.account, whole)
      else if (secret.kind === 'unreadable') unreadable.push(kept.account)
    }
    for (const { id, url } of settings.servers) {
      if (polled.has(id)) continue
      const secret = await secrets.read(tokenKey(id))
      if (secret.kind === 'secret') {
        polled.add(id)
        links.add(id, { url, token: secret.value })
      } else if (secret.kind === 'unreadable') unreadable.push(id)
    }
    if (unreadable.length > 0) state.addNotice({ id: 'secrets-unreadable', accounts: unreadable })
    else state.dismissNotice('secrets-unreadable')
  }

  async function tryAndKeep(form: AccountForm, refuse: () => Outcome | null): Promise<Outcome> {
    if (secrets.locked) return LOCKED
    fresh.set(form.account, null)
    const tried = await server.tryAccount(form, (step) => state.update({ tryStep: step }))
    state.update({ tryStep: null })
    try {
      if (tried.kind === 'unavailable') return { ok: false, code: 'unavailable' }
      if (tried.kind === 'refused') return refusal(tried)
      return await enqueue(async () => refuse() ?? (await keepAccount(form)))
    } finally {
      fresh.delete(form.account)
    }
  }

  const keptOf = (account: string): StoredAccount | null => settings.accounts.find((one) => one.account === account) ?? null
  const hasAccount = (account: string): boolean => keptOf(account) !== null
  const hasServer = (id: string): boolean => settings.servers.some((one) => one.id === id)

  return {
    get absent() {
      return absent()
    },

    async start() {
      await readAll()
      warnOfMemory()
      server.start(sources())
    },

    async readSecrets() {
      await enqueue(async () => {
        await readAll()
        server.setSources(sources())
        return DONE
      })
    },

    async take(given) {
      const accounts = given.accounts.filter(({ account }) => !hasAccount(account))
      const servers = given.servers.filter(({ id }) => !hasServer(id))
      await enqueue(async () => {
        settings.setAccounts([...settings.accounts, ...accounts])
        settings.setServers([...settings.servers, ...servers])
        server.setSources(sources())
        return DONE
      })
      return { accounts, servers }
    },

    async add(form) {
      // One that is kept but whose password was lost is added anew by the same form.
      const refuse = (): Outcome | null => (counted.has(form.account) ? EXISTS : null)
      return refuse() ?? (await tryAndKeep(form, refuse))
    },

    async signInAgain(form) {
      const before = keptOf(form.account)
      if (!before) return UNKNOWN
      return await tryAndKeep(fillIn(form, before, counted.get(form.account)), () => (hasAccount(form.account) ? null : UNKNOWN))
    },

    kept: keptOf,

    async keepTokens({ account: id, clientId, tokens }) {
      const kept = enqueue(async () => {
        // While somebody signs in to it, those are theirs: what was kept does not work.
        if (fresh.has(id)) {
          fresh.set(id, tokens)
          return DONE
        }
        const account = counted.get(id)
        if (account?.oauth?.clientId !== clientId) return DONE
        const renewed: WorkerAccount = { ...account, oauth: { ...account.oauth, tokens } }
        await keepSecret(passwordKey(id), secretOfAccount(renewed))
        counted.set(id, renewed)
        server.setSources(sources())
        return DONE
      })
      await kept
    },

    remove: (account) =>
      enqueue(async () => {
        if (!hasAccount(account)) return UNKNOWN
        settings.setAccounts(settings.accounts.filter((kept) => kept.account !== account))
        await secrets.forget(passwordKey(account))
        counted.delete(account)
        server.setSources(sources())
        return DONE
      }),

    async connect(form) {
      const parsed = parseServerUrl(form.url)
      if (parsed.kind === 'invalid') return { ok: false, code: 'invalid', field: 'url', detail: parsed.detail }
      const { url } = parsed
      if (polled.has(url)) return { ok: false, code: 'exists', field: 'url' }
      if (secrets.locked) return LOCKED
      const tried = await tryServer({ url, token: form.token })
      return tried.ok ? await enqueue(() => keepServer(url, form.token)) : tried
    },

    disconnect: (id) =>
      enqueue(async () => {
        if (!hasServer(id)) return { ok: false, code: 'invalid' }
        settings.setServers(settings.servers.filter((kept) => kept.id !== id))
        await secrets.forget(tokenKey(id))
        polled.delete(id)
        links.remove(id)
        server.setSources(sources())
        return DONE
      }),
  }
}
