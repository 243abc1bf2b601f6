/** Adds accounts and servers once they are seen to work, removes them, and hands them to the bundled server and the poll loops. */
import { createSerialQueue } from '../../common/async/serial-queue.ts'
import { requestErrorOfTry } from '../../common/errors.ts'
import type { Credential } from '../../common/protocol/credentials.ts'
import { parseServerUrl } from '../../common/model/server-url.ts'
import type { AccountForm, StoredAccount, WorkerAccount } from '../../common/protocol/account.ts'
import type { Requests } from '../../common/protocol/bridge.ts'
import { DONE, type Outcome, type RequestError, UNAVAILABLE } from '../../common/protocol/outcome.ts'
import type { AccountTokens } from '../../common/protocol/worker.ts'
import type { Links } from '../servers/links.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { SettingsStore } from '../settings/settings.ts'
import type { StoredLists } from '../settings/settings-schema.ts'
import type { StateStore } from '../state/state.ts'
import { createRegistry, type RegistryDeps } from './registry.ts'
import type { Secrets } from './secrets/secrets.ts'

export interface AccountsDeps {
  readonly settings: RegistryDeps['settings'] & Pick<SettingsStore, 'memoryAccepted'>
  readonly secrets: RegistryDeps['secrets'] & Pick<Secrets, 'storage' | 'locked'>
  readonly server: Pick<ServerProcess, 'start' | 'setSources' | 'tryAccount' | 'check'>
  readonly links: RegistryDeps['links'] & Pick<Links, 'setDemo' | 'isSignedOut'>
  /** Resolves with the token that the server accepts. */
  readonly tryServer: (url: string, credential: Credential) => Promise<Outcome<{ readonly token: string }>>
  readonly state: Pick<StateStore, 'update' | 'addNotice' | 'dismissNotice'>
}

const UNKNOWN: RequestError = { ok: false, code: 'invalid', field: 'account' }
const EXISTS: RequestError = { ok: false, code: 'exists', field: 'account' }
const SERVER_EXISTS: RequestError = { ok: false, code: 'exists', field: 'url' }
const LOCKED: RequestError = { ok: false, code: 'locked' }

export function createAccounts({ settings, secrets, server, links, tryServer, state }: AccountsDeps) {
  const registry = createRegistry({ settings, secrets, links })
  /** Accounts that are being added, with their tokens once there are some. */
  const pending = new Map<string, string | null>()
  /** Changes of the registry run one at a time; trying a login or a server is not part of that. */
  const enqueue = createSerialQueue()

  function publish(send: (sources: typeof registry.sources) => void): void {
    const { sources, ids, unavailable } = registry
    state.update({ managedAccounts: ids, unavailable })
    links.setDemo(sources.demo)
    send(sources)
  }

  /** The window learns that secrets do not outlive this run as soon as there is one. */
  function warnOfMemory(): void {
    if (secrets.storage === 'memory' && !settings.memoryAccepted) state.addNotice({ id: 'no-keyring' })
  }

  async function readSecrets(): Promise<void> {
    const unreadable = await registry.readSecrets()
    if (unreadable.length > 0) state.addNotice({ id: 'secrets-unreadable', accounts: unreadable })
    else state.dismissNotice('secrets-unreadable')
  }

  async function save(write: () => Promise<void>): Promise<Outcome> {
    await write()
    warnOfMemory()
    publish(server.setSources)
    return DONE
  }

  function saveForm({ oauth, ...form }: AccountForm): Promise<Outcome> {
    const tokens = pending.get(form.account)
    const label = registry.stored(form.account)?.label
    const account: WorkerAccount = {
      ...form,
      ...(label !== undefined && { label }),
      ...(oauth && { oauth: { ...oauth, ...(tokens && { tokens }) } }),
    }
    return save(() => registry.saveAccount(account))
  }

  /** @param check why the account cannot be saved; checked again after the try */
  async function tryAndSave(form: AccountForm, check: () => Outcome | null): Promise<Outcome> {
    if (secrets.locked) return LOCKED
    pending.set(form.account, null)
    const tried = await server.tryAccount(form, (step) => state.update({ tryStep: step }))
    state.update({ tryStep: null })
    try {
      if (tried.kind === 'unavailable') return UNAVAILABLE
      if (tried.kind === 'rejected') return requestErrorOfTry(tried)
      return await enqueue(() => check() ?? saveForm(form))
    } finally {
      pending.delete(form.account)
    }
  }

  /** A token that the server has refused may be replaced, a working one not. */
  const isInUse = (url: string): boolean => registry.isPolled(url) && !links.isSignedOut(url)

  const remove = (from: () => Promise<boolean>, unknown: Outcome): Promise<Outcome> =>
    enqueue(async () => {
      if (!(await from())) return unknown
      publish(server.setSources)
      return DONE
    })

  return {
    /** Starts the bundled server and the poll loops. */
    async start(): Promise<void> {
      await readSecrets()
      warnOfMemory()
      publish(server.start)
    },
    /** Counts and polls what has become readable, after the passphrase was entered for example. */
    readSecrets: () =>
      enqueue(async () => {
        await readSecrets()
        publish(server.setSources)
      }),
    /** Adds what a file brings: each waits for its sign-in. Resolves with what was not stored before. */
    addStored: (lists: StoredLists) =>
      enqueue(() => {
        const added = registry.addStored(lists)
        publish(server.setSources)
        return added
      }),
    /** Of a sign-in or a refresh; resolves once they are stored, or remembered for an account that is being added. */
    storeTokens: ({ account: id, clientId, tokens }: AccountTokens) =>
      enqueue(async () => {
        // During a sign-in the tokens belong to it: the stored ones do not work.
        if (pending.has(id)) return void pending.set(id, tokens)
        const account = registry.ready(id)
        if (account?.oauth?.clientId !== clientId) return
        const { oauth } = account
        await save(() => registry.saveSecret({ ...account, oauth: { ...oauth, tokens } }))
      }),

    requests: {
      async addAccount(form) {
        // The same form adds an account again whose password was lost.
        const check = (): Outcome | null => (registry.ready(form.account) ? EXISTS : null)
        return check() ?? (await tryAndSave(form, check))
      },
      async readAccount(id) {
        const account = registry.stored(id)
        return account ? { ok: true, account } : UNKNOWN
      },
      async signInAgain(form) {
        const before = registry.stored(form.account)
        if (!before) return UNKNOWN
        const complete = completeForm(form, before, registry.ready(form.account))
        const outcome = await tryAndSave(complete, () => (registry.stored(form.account) ? null : UNKNOWN))
        // An unchanged account keeps its source, which may be waiting for a long time.
        if (outcome.ok) void server.check(form.account)
        return outcome
      },
      renameAccount: ({ account, label }) =>
        enqueue(async () => {
          if (!registry.renameAccount(account, label)) return UNKNOWN
          publish(server.setSources)
          return DONE
        }),
      removeAccount: (account) => remove(() => registry.removeAccount(account), UNKNOWN),

      async connectServer(form) {
        const parsed = parseServerUrl(form.url)
        if (parsed.kind === 'invalid') return { ok: false, code: 'invalid', field: 'url', detail: parsed.detail }
        const { url } = parsed
        if (isInUse(url)) return SERVER_EXISTS
        if (secrets.locked) return LOCKED
        const tried = await tryServer(url, form)
        if (!tried.ok) return tried
        return await enqueue(() => (isInUse(url) ? SERVER_EXISTS : save(() => registry.saveServer(url, tried.token))))
      },
      disconnectServer: (id) => remove(() => registry.removeServer(id), { ok: false, code: 'invalid' }),
    } satisfies Partial<Requests>,
  }
}

/** Adds what the form does not ask for again: the inbox on the web of the same server, and the secret of the same client. */
function completeForm(form: AccountForm, before: StoredAccount, ready: WorkerAccount | undefined): AccountForm {
  const { oauth } = form
  const known = ready?.oauth?.clientId === oauth?.clientId ? ready?.oauth?.clientSecret : undefined
  return {
    ...(before.webUrl !== undefined && before.host === form.host && { webUrl: before.webUrl }),
    ...form,
    ...(oauth && { oauth: { ...oauth, clientSecret: oauth.clientSecret || (known ?? '') } }),
  }
}
