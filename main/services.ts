/** What the app does without showing anything, put together: settings and secrets, the bundled server, the links, the accounts. */
import { Agent } from 'node:http'
import { app, safeStorage, type Session, shell } from 'electron'
import { createTransport } from '../client/transport.ts'
import { type Accounts, createAccounts } from './accounts/accounts.ts'
import { createBundledServer } from './servers/bundled-server.ts'
import { systemClock } from './system/clock.ts'
import { withUnavailable } from './accounts/unavailable.ts'
import { type Crashes, watchCrashes } from './system/crashes.ts'
import type { DesktopState } from '../common/protocol/window-state.ts'
import { createInvitations, type Invitations } from './servers/invitations.ts'
import { createLinks, type Links } from './servers/links.ts'
import type { Log } from './system/log.ts'
import { withMailProxies } from './servers/mail-proxies.ts'
import { createRouter } from './servers/proxy-route.ts'
import { tryServer } from './servers/remote-server.ts'
import { openSealedStore, openSecretFile } from './accounts/secrets/secret-file.ts'
import { createSecrets, type Secrets } from './accounts/secrets/secrets.ts'
import { viewOfSecrets } from './accounts/secrets/secrets-requests.ts'
import type { ServerProcess } from './servers/server-process.ts'
import { openSettings, type SettingsStore } from './settings/settings.ts'
import { type AppState, createState } from './state.ts'
import { createWebLinks, type WebLinks } from './opening/web-links.ts'

/** As Node's own, but without its timer, which wakes the app 5 s after each answer. */
const ownAgent = new Agent({ keepAlive: true })
/** No connection to the server on this machine is lost in silence: to look for it after each poll would wake the app for nothing. */
const GRACE_SECONDS = 300

/** Where the app keeps its files, and as which version. */
export interface Files {
  readonly dir: string
  readonly version: string
  readonly nowMs: number
}

export interface Services {
  readonly settings: SettingsStore
  readonly secrets: Secrets
  readonly state: AppState
  readonly crashes: Crashes
  readonly links: Links
  readonly webLinks: WebLinks
  readonly server: ServerProcess
  readonly accounts: Accounts
  readonly invitations: Invitations
}

export interface ServicesDeps {
  readonly log: Log
  readonly files: Files
  readonly session: Session
  /** Something else comes by, at which the network may be looked at. */
  readonly onPolled: () => void
  readonly onFailure: (detail: string) => void
}

export async function createServices({ log, files, session, onPolled, onFailure }: ServicesDeps): Promise<Services> {
  const routeTo = createRouter({ session })
  const { settings, backupPath } = openSettings(files)
  // Whoever had settings knows the app.
  if (backupPath !== null) settings.setWelcomed()
  const { platform } = process
  const secretFiles = { file: openSecretFile(files), sealed: openSealedStore(files) }
  const secrets = await createSecrets({ keyring: safeStorage, ...secretFiles, platform, log })
  const desktop: DesktopState = {
    platform,
    settings: settings.desktop,
    firstRun: !settings.welcomed,
    secrets: viewOfSecrets(secrets, settings),
    counted: null,
    navigation: { view: 'home', requestId: 0 },
    managedAccounts: [],
    unavailable: [],
    tryStep: null,
    invitation: null,
    update: { phase: 'off' },
  }
  const systemLanguages = app.getPreferredSystemLanguages()
  const state = createState({ servers: [], sharedSettings: settings.shared, desktop, systemLanguages, version: files.version })
  if (backupPath !== null) state.addNotice({ id: 'settings-corrupt', backupPath })
  const crashes = watchCrashes({ app, process, state, log })

  const links = createLinks({ ...systemClock, routeTo, createTransport, onChange: () => showServers(), onPolled })
  const webLinks = createWebLinks({ openExternal: (url) => shell.openExternal(url), servers: () => links.servers })
  const bundled = createBundledServer({
    log,
    onState(next) {
      crashes.onServerState(next)
      links.setLocal(next.phase === 'listening' ? { ...next, ownAgent, graceSeconds: GRACE_SECONDS } : null)
      if (next.phase === 'down') state.addNotice({ id: 'server-down', detail: next.detail })
      if (next.phase === 'listening') state.dismissNotice('server-down')
    },
    openSignIn: (url) => webLinks.openSignIn(url),
    keepTokens: (given) => accounts.keepTokens(given),
  })
  const server = withMailProxies(bundled, { resolveProxy: (url) => session.resolveProxy(url), onFailure })
  const accounts = createAccounts({ settings, secrets, server, links, tryServer: (asked) => tryServer({ ...asked, routeTo }), state })
  const showServers = (): void => state.update({ servers: withUnavailable(links.servers, accounts.absent) })
  const invitations = createInvitations({ accounts, state })
  return { settings, secrets, state, crashes, links, webLinks, server, accounts, invitations }
}
