/**
 * The stored mail accounts and remote servers, together with their secrets: those whose secret is known are counted or
 * polled, the others wait for the user.
 */
import { z } from 'zod'
import { jsonOf } from '../../common/text.ts'
import { type StoredAccount, withoutSecret, type WorkerAccount } from '../../common/protocol/account.ts'
import type { WorkerSources } from '../../common/protocol/worker.ts'
import type { Links } from '../servers/links.ts'
import type { StoredLists } from '../settings/settings-schema.ts'
import type { SettingsStore } from '../settings/settings.ts'
import { passwordKey, type Secrets, tokenKey } from './secrets/secrets.ts'
import type { Unavailable } from '../state/unavailable.ts'

export interface RegistryDeps {
  readonly settings: Pick<SettingsStore, 'accounts' | 'servers' | 'setAccounts' | 'setServers'>
  readonly secrets: Pick<Secrets, 'read' | 'save' | 'delete'>
  readonly links: Pick<Links, 'add' | 'remove'>
}

export function createRegistry({ settings, secrets, links }: RegistryDeps) {
  const ready = new Map<string, WorkerAccount>()
  const polled = new Set<string>()

  const stored = (account: string): StoredAccount | null => settings.accounts.find((one) => one.account === account) ?? null
  const ids = (): readonly string[] => settings.accounts.map(({ account }) => account)
  const hasServer = (id: string): boolean => settings.servers.some((one) => one.id === id)

  function poll(id: string, url: string, token: string): void {
    polled.add(id)
    links.add(id, { url, token })
  }

  /** Of an account that is counted. */
  async function saveSecret(account: WorkerAccount): Promise<void> {
    const key = passwordKey(account.account)
    await (account.desktop ? secrets.delete(key) : secrets.save(key, secretOfAccount(account)))
    ready.set(account.account, account)
  }

  return {
    get ids() {
      return ids()
    },
    get unavailable(): Unavailable {
      return {
        accounts: settings.accounts
          .filter(({ account }) => !ready.has(account))
          .map(({ account: id, label }) => (label === undefined ? { id } : { id, label })),
        servers: settings.servers.map(({ id }) => id).filter((id) => !polled.has(id)),
      }
    },
    /** What the bundled server counts; the demo mailbox if nothing is stored. */
    get sources(): WorkerSources {
      return { accounts: [...ready.values()], demo: settings.accounts.length === 0 && settings.servers.length === 0 }
    },
    stored,
    ready: (account: string) => ready.get(account),
    isPolled: (url: string) => polled.has(url),
    /** Reads the secrets that are not known yet; resolves with the ids of those that cannot be read. */
    async readSecrets(): Promise<readonly string[]> {
      const unreadable: string[] = []
      for (const account of settings.accounts) {
        if (ready.has(account.account)) continue
        const secret = account.desktop ? NO_SECRET : await secrets.read(passwordKey(account.account))
        const complete = secret.kind === 'secret' ? withSecret(account, secret.value) : null
        if (complete) ready.set(account.account, complete)
        else if (secret.kind === 'unreadable') unreadable.push(account.account)
      }
      for (const { id, url } of settings.servers) {
        if (polled.has(id)) continue
        const secret = await secrets.read(tokenKey(id))
        if (secret.kind === 'secret') poll(id, url, secret.value)
        else if (secret.kind === 'unreadable') unreadable.push(id)
      }
      return unreadable
    },
    /** Adds an account, or replaces the stored one. */
    async saveAccount(account: WorkerAccount): Promise<void> {
      await saveSecret(account)
      const next = withoutSecret(account)
      const at = settings.accounts.findIndex((one) => one.account === next.account)
      settings.setAccounts(at === -1 ? [...settings.accounts, next] : settings.accounts.with(at, next))
    },
    saveSecret,
    /** Stores what people call an account, empty for its id. False if there is no such account. */
    renameAccount(id: string, label: string): boolean {
      const before = stored(id)
      if (!before) return false
      settings.setAccounts(settings.accounts.map((one) => (one.account === id ? labelled(before, label) : one)))
      const counted = ready.get(id)
      if (counted) ready.set(id, labelled(counted, label))
      return true
    },
    /** False if there is no such account. */
    async removeAccount(account: string): Promise<boolean> {
      if (!stored(account)) return false
      settings.setAccounts(settings.accounts.filter((one) => one.account !== account))
      await secrets.delete(passwordKey(account))
      ready.delete(account)
      return true
    },
    async saveServer(url: string, token: string): Promise<void> {
      await secrets.save(tokenKey(url), token)
      settings.setServers([...settings.servers.filter(({ id }) => id !== url), { id: url, url }])
      if (polled.has(url)) links.remove(url)
      poll(url, url, token)
    },
    /** False if there is no such server. */
    async removeServer(id: string): Promise<boolean> {
      if (!hasServer(id)) return false
      settings.setServers(settings.servers.filter((one) => one.id !== id))
      await secrets.delete(tokenKey(id))
      polled.delete(id)
      links.remove(id)
      return true
    },
    /** Adds those that are not stored yet, without their secrets; returns them. */
    addStored(lists: StoredLists): StoredLists {
      const accounts = lists.accounts.filter(({ account }) => !stored(account))
      const servers = lists.servers.filter(({ id }) => !hasServer(id))
      settings.setAccounts([...settings.accounts, ...accounts])
      settings.setServers([...settings.servers, ...servers])
      return { accounts, servers }
    },
  }
}

const labelled = <Value extends { readonly label?: string }>({ label: _before, ...rest }: Value, label: string) =>
  label === '' ? rest : { ...rest, label }

/** The desktop gives access tokens. */
const NO_SECRET = { kind: 'secret', value: '' } as const

const Access = z.object({ clientSecret: z.string(), tokens: z.string() })

/** As one text for secrets.ts: the password, or what signing in with the browser brings. */
function secretOfAccount({ password, oauth }: WorkerAccount): string {
  return oauth ? JSON.stringify({ clientSecret: oauth.clientSecret, tokens: oauth.tokens }) : password
}

/** Null if the secret is not one of such an account. */
function withSecret({ oauth, ...stored }: StoredAccount, secret: string): WorkerAccount | null {
  if (!oauth) return { ...stored, password: secret }
  const { data } = Access.safeParse(jsonOf(secret))
  return data ? { ...stored, password: '', oauth: { ...oauth, ...data } } : null
}
