/** Composes what produces the counts: the bundled server, the poll loops, the mail accounts and the remote servers. */
import { Agent } from 'node:http'
import { powerMonitor, type Session, shell } from 'electron'
import { createCheckNow } from '../client/check-now.ts'
import { createTransport } from '../client/transport.ts'
import { createAccounts } from './accounts/accounts.ts'
import type { Secrets } from './accounts/secrets/secrets.ts'
import { createBrowserUrls } from './opening/browser-urls.ts'
import { createBundledServer } from './servers/bundled-server.ts'
import { createInvitations } from './servers/invitations.ts'
import { createLinks } from './servers/links.ts'
import { createRouter } from './servers/proxies.ts'
import { tryServer } from './servers/remote-server.ts'
import type { ServerState } from './servers/server-process.ts'
import type { SettingsStore } from './settings/settings.ts'
import type { StateStore } from './state/state.ts'
import { systemClock } from '../client/clock.ts'
import type { Crashes } from './system/crashes.ts'
import type { Log } from './system/log.ts'
import { NAME_SERVERS_FILE, readNetworkSnapshot } from './network/network.ts'
import { watchPower } from './network/power.ts'

/** Without the timer of Node's global agent, which wakes the app 5 s after each answer. */
const localAgent = new Agent({ keepAlive: true })
/** A lost connection to this machine is noticed at once, so a deadline after each poll would wake the app for nothing. */
const LOCAL_GRACE_SECONDS = 300

export interface BackendDeps {
  readonly session: Session
  readonly settings: SettingsStore
  readonly secrets: Secrets
  readonly state: StateStore
  readonly crashes: Crashes
  /** Answers the `mailbell` command on this socket. */
  readonly answerCommand: (path: string) => void
  readonly log: Log
}

export type Backend = ReturnType<typeof createBackend>

export function createBackend({ session, settings, secrets, state, crashes, answerCommand, log }: BackendDeps) {
  const network = { readSnapshot: readNetworkSnapshot, nameServersFile: NAME_SERVERS_FILE }
  const power = watchPower({ ...systemClock, ...network, powerMonitor, log })
  const resolveProxy = (url: string): Promise<string> => session.resolveProxy(url)
  const routeTo = createRouter(resolveProxy)
  const links = createLinks({
    ...systemClock,
    routeTo,
    createTransport,
    onChange: (servers) => state.update({ servers }),
    onPolled: power.checkNetwork,
  })
  const browserUrls = createBrowserUrls(shell, () => links.servers)

  function onServerState(next: ServerState): void {
    crashes.onServerState(next)
    const isListening = next.phase === 'listening'
    links.setLocal(isListening ? { ...next, ownAgent: localAgent, graceSeconds: LOCAL_GRACE_SECONDS } : null)
    if (next.phase === 'down') state.addNotice({ id: 'server-down', detail: next.detail })
    if (!isListening) return
    state.dismissNotice('server-down')
    answerCommand(next.controlPath)
  }
  const server = createBundledServer({
    log,
    resolveProxy,
    onState: onServerState,
    openSignIn: browserUrls.openSignIn,
    // The server needs the accounts only once it runs, and accounts.start() starts it.
    storeTokens: (given) => accounts.storeTokens(given),
  })
  const accounts = createAccounts({
    settings,
    secrets,
    server,
    links,
    tryServer: (url, credential) => tryServer({ url, routeTo }, credential),
    state,
  })
  power.add({ suspend: links.stop, probe: links.probe })
  power.add(server)
  const checkNow = createCheckNow({
    ...systemClock,
    async run() {
      const [, hasAnswered] = await Promise.all([server.check(null), links.check()])
      return hasAnswered
    },
    onChange: (check) => state.update({ check }),
  })
  const invitations = createInvitations(accounts.requests.connectServer, state)
  return {
    links,
    browserUrls,
    server,
    accounts,
    invitations,
    checkNow: checkNow.start,
    /** Ends the polls; the server is closed later. */
    stop(): void {
      power.close()
      links.stop()
    },
  }
}
