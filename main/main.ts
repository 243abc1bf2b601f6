/** Composition of the desktop app: what is made, in which order, and what tells whom. */
import { app, type BrowserWindow, dialog, ipcMain, nativeTheme, powerMonitor, protocol, safeStorage, session, shell } from 'electron'
import { fileURLToPath } from 'node:url'
import { createTransport } from '../client/transport.ts'
import { createAccounts } from './accounts.ts'
import { registerAppScheme, serveApp } from './app-protocol.ts'
import { createBundledServer } from './bundled-server.ts'
import { createCare } from './care.ts'
import { systemClock } from './clock.ts'
import { withAbsent } from './core/absent.ts'
import { handleRequests } from './ipc-handlers.ts'
import { createLinks } from './links.ts'
import { createDialogs } from './dialogs.ts'
import { watchCrashes } from './crashes.ts'
import { claimInstance } from './instance.ts'
import { createInvitations } from './invitation.ts'
import type { Wishes } from './core/arguments.ts'
import { createLog } from './log.ts'
import { withMailProxies } from './mail-proxies.ts'
import { createRouter } from './proxy.ts'
import { trustSystemCertificates } from './certificates.ts'
import { createOutside } from './outside.ts'
import { watchPower } from './power.ts'
import { quitAfter } from './quitting.ts'
import { tryServer } from './remote-server.ts'
import { createRequests } from './requests.ts'
import { openSealedStore, openSecretFile } from './secret-file.ts'
import { createSecrets } from './secrets.ts'
import { viewOfSecrets } from './secrets-requests.ts'
import { guardContents, guardSession } from './security.ts'
import { openSettings } from './settings.ts'
import { type AppState, createState } from './state.ts'
import { createTheme } from './theme.ts'
import { createTrayRequests } from './tray-commands.ts'
import { findTrayHost } from './tray-host.ts'
import { createWebLinks } from './web-links.ts'
import { createWindow } from './window.ts'

const PAGE_DIR = fileURLToPath(new URL('../renderer', import.meta.url))
/** As `appId` in electron-builder.yml: Windows groups windows and notifications by it. */
const APP_ID = 'org.mailbell.Mailbell'

registerAppScheme(protocol)
guardContents(app)
app.setAppUserModelId(APP_ID)
const instance = claimInstance({ app, argv: process.argv, say: (line) => console.error(line) })
const { wishes: first } = instance
if (first)
  app
    .whenReady()
    .then(() => run(first))
    .catch(cannotStart)
else app.exit(instance.exitCode)

async function run(started: Wishes): Promise<void> {
  const log = createLog(app.getPath('logs'))
  guardSession(session.defaultSession)
  const routeTo = createRouter({ session: session.defaultSession })
  serveApp(protocol, PAGE_DIR)

  const files = { dir: app.getPath('userData'), version: app.getVersion(), nowMs: Date.now() }
  const { settings, keptAs } = openSettings(files)
  // Whoever had settings knows the app.
  if (keptAs !== null) settings.setWelcomed()
  const secretFiles = { file: openSecretFile(files), sealed: openSealedStore(files) }
  const secrets = await createSecrets({ keyring: safeStorage, ...secretFiles, platform: process.platform, log })
  const system = { systemLanguages: app.getPreferredSystemLanguages(), version: app.getVersion() }
  const desktop = {
    ...{ platform: process.platform, choices: settings.choices, firstRun: !settings.welcomed, secrets: viewOfSecrets(secrets, settings) },
    ...{
      counted: null,
      wanted: { view: 'home', turn: 0 } as const,
      managedAccounts: [],
      absent: [],
      trying: null,
      invitation: null,
      update: { phase: 'off' } as const,
    },
  }
  const state = createState({ servers: [], preferences: settings.preferences, desktop, ...system })
  if (keptAs !== null) state.addNotice({ id: 'settings-corrupt', keptAs })

  const crashes = watchCrashes({ app, process, state, log })

  const links = createLinks({ ...systemClock, routeTo, createTransport, onChange: () => showServers(), onPolled: () => power.look() })
  const webLinks = createWebLinks({ openExternal: (url) => shell.openExternal(url), servers: () => links.servers })
  const onFailure = (detail: string): void => log.error({ detail }, 'something could not be shown')
  const bundled = createBundledServer({
    log,
    onState(next) {
      crashes.onServer(next)
      links.setLocal(next.phase === 'listening' ? next : null)
      if (next.phase === 'down') state.addNotice({ id: 'server-down', detail: next.detail })
      if (next.phase === 'listening') state.dismissNotice('server-down')
    },
    openSignIn: (url) => webLinks.openSignIn(url),
    keepTokens: (given) => accounts.keepTokens(given),
  })
  const server = withMailProxies(bundled, { resolveProxy: (url) => session.defaultSession.resolveProxy(url), onFailure })
  const accounts = createAccounts({ settings, secrets, server, links, tryServer: (asked) => tryServer({ ...asked, routeTo }), state })
  const showServers = (): void => state.update({ servers: withAbsent(links.servers, accounts.absent) })
  const invitations = createInvitations({ accounts, state })
  const theme = createTheme({ nativeTheme, platform: process.platform, desktop: process.env['XDG_CURRENT_DESKTOP'] ?? '' })
  const openView = (view: 'settings'): void => {
    state.updateDesktop({ wanted: { view, turn: state.current.desktop.wanted.turn + 1 } })
    window.open()
  }
  const outside = createOutside({
    ...{ platform: process.platform, files, theme, settings, links, onFailure },
    ...{ requests: () => requests, window: () => window, onCounted: (counted) => state.updateDesktop({ counted }) },
    openView,
  })
  const onShown = (shown: BrowserWindow): void => {
    care.refresh()
    outside.onWindowShown(shown)
  }
  const dialogs = createDialogs(dialog)
  const window = createWindow({
    trayBounds: outside.trayBounds,
    hasDialog: () => dialogs.isOpen,
    background: theme.ground,
    onShown,
    onCrash: (detail) => crashes.crashed('window', detail),
    onFailure,
  })
  const care = await createCare({
    ...{ settings, secrets, state, accounts, log, dialog: dialogs },
    setPreferences: (change) => requests.setPreferences(change),
    toggleWindow: () => (window.browserWindow?.isVisible() ? window.hide() : window.open()),
    showSample: outside.showSample,
    endWith: (last) => quitting.endWith(last),
    dataDir: () => (server.state.phase === 'listening' ? server.state.dataDir : null),
  })
  const tray = createTrayRequests({ choices: () => settings.choices, choose: care.requests.choose, links, now: Date.now })
  const requests = createRequests({
    care: care.requests,
    tray,
    accounts,
    server,
    links,
    settings,
    state,
    webLinks,
    window,
    invitations,
  })
  handleRequests({ ipcMain, requests, readState: () => state.current, log })

  const endShowing = state.onChange((next) => {
    theme.choose(next.preferences.theme)
    window.send(next)
    outside.apply(next, window.browserWindow)
  })
  app.on('activate', window.open)
  const power = watchPower({ powerMonitor, sleepers: [{ suspend: links.stop, poke: links.poke }, server], log })
  const quitting = quitAfter(app, async () => {
    endShowing()
    power.close()
    links.stop()
    care.close()
    theme.close()
    outside.close()
    window.close()
    await server.close()
    log.close()
  })
  trustSystemCertificates(log)
  if (state.current.desktop.firstRun) void tellOfTray(state)
  await accounts.start()
  care.begin()
  const heed = (wishes: Wishes): void => {
    const invited = wishes.links.filter((link) => invitations.take(link)).length > 0
    if (wishes.links.length > 0 && !invited) log.warn({}, 'a mailbell: link was none of ours, and is left alone')
    if (wishes.quit) return app.quit()
    if (wishes.check) void requests.checkNow()
    if (wishes.settings) return openView('settings')
    if (invited || !(wishes.hidden || wishes.check)) window.open()
  }
  heed({ ...started, hidden: started.hidden || care.startedHidden })
  instance.begin(heed)
}

/** Nobody would look for an icon that no panel shows. */
async function tellOfTray(state: AppState): Promise<void> {
  const host = await findTrayHost({ platform: process.platform, env: process.env })
  if (host === 'missing') state.addNotice({ id: 'no-tray', gnome: /gnome/i.test(process.env['XDG_CURRENT_DESKTOP'] ?? '') })
}

function cannotStart(error: unknown): void {
  dialog.showErrorBox('Mailbell cannot start', error instanceof Error ? error.message : String(error))
  app.exit(1)
}
