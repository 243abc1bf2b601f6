/** Accounts and servers of the app on a settings file, secrets and a server process that are played. */
import { type AccountsDeps, createAccounts } from '../../../main/accounts/accounts.ts'
import type { Notice } from '../../../common/protocol/window-state.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { Secrets } from '../../../main/accounts/secrets/secrets.ts'
import type { TryOutcome } from '../../../main/servers/worker-requests.ts'
import type { Unavailable } from '../../../main/state/unavailable.ts'
import { DEFAULT_SETTINGS } from '../../../main/settings/settings-schema.ts'
import type { WorkerSources } from '../../../common/protocol/worker.ts'

export const FORM = {
  account: 'a@example.org',
  protocol: 'imap',
  host: 'h',
  port: 993,
  security: 'tls',
  user: 'u',
  password: 'hunter2',
  folders: [],
} as const

export function setUp({ lasting = true } = {}) {
  const stored = new Map<string, string>()
  const sent: { steps: (string | null)[]; sources: WorkerSources[]; links: string[]; notices: Notice[]; unavailable: Unavailable | null } =
    {
      steps: [],
      sources: [],
      links: [],
      notices: [],
      unavailable: null,
    }
  const answers: { tried: TryOutcome; server: Outcome; signIn?: () => Promise<void> } = { tried: { kind: 'works' }, server: { ok: true } }
  let file = DEFAULT_SETTINGS
  const settings: AccountsDeps['settings'] = {
    get accounts() {
      return file.accounts
    },
    get servers() {
      return file.servers
    },
    setAccounts: (accounts) => void (file = { ...file, accounts }),
    setServers: (servers) => void (file = { ...file, servers }),
    get memoryAccepted() {
      return file.memoryWillDo
    },
  }
  const lock = { closed: false }
  /** Servers that have refused their token. */
  const signedOut = new Set<string>()
  const secrets: Pick<Secrets, 'storage' | 'locked' | 'read' | 'save' | 'delete'> = {
    storage: lasting ? 'keyring' : 'memory',
    get locked() {
      return lock.closed
    },
    async read(key) {
      if (lock.closed) return { kind: 'locked' }
      const value = stored.get(key)
      return value === undefined ? { kind: 'missing' } : { kind: 'secret', value }
    },
    save: async (key, secret) => void stored.set(key, secret),
    delete: async (key) => void stored.delete(key),
  }
  const create = () => {
    const { requests, ...accounts } = createAccounts({
      settings,
      secrets,
      server: {
        start: (sources) => void sent.sources.push(sources),
        setSources: (sources) => void sent.sources.push(sources),
        check: async () => undefined,
        async tryAccount(_account, onStep) {
          await answers.signIn?.()
          onStep('sign-in')
          return answers.tried
        },
      },
      links: {
        add: (id) => void sent.links.push(`+${id}`),
        remove: (id) => void sent.links.push(`-${id}`),
        setDemo: () => undefined,
        isSignedOut: (id) => signedOut.has(id),
      },
      async tryServer(_url, credential) {
        if (!answers.server.ok) return answers.server
        return { ok: true, token: 'token' in credential ? credential.token : `token of ${credential.code}` }
      },
      state: {
        update({ tryStep, unavailable }) {
          if (tryStep !== undefined) sent.steps.push(tryStep)
          if (unavailable) sent.unavailable = unavailable
        },
        addNotice: (notice) => void sent.notices.push(notice),
        dismissNotice: () => undefined,
      },
    })
    return { ...accounts, ...requests }
  }
  return { create, settings, stored, sent, answers, lock, signedOut }
}

export const BY_BROWSER = { ...FORM, password: '', oauth: { provider: 'google', clientId: 'mine', clientSecret: 'shh-client' } } as const
export const TOKENS = { account: FORM.account, clientId: 'mine', tokens: 'shh-refresh' }
