/** Entry of the desktop app: what must happen before Electron is ready, and the start. */
import { app, dialog, Menu, protocol, session } from 'electron'
import { readFileSync } from 'node:fs'
import tls from 'node:tls'
import { errorTextOf } from '../common/errors.ts'
import { startApp } from './app.ts'
import { PAGE_DIR } from './system/built-files.ts'
import { windowsIds } from './system/app-id.ts'
import { createCommands } from './commands/commands.ts'
import { trustCertificates } from '../common/system-certificates.ts'
import { claimInstance } from './system/instance.ts'
import type { LaunchArguments } from './system/launch-arguments.ts'
import { createLog } from './system/log.ts'
import { registerAppScheme, serveApp } from './window/app-protocol.ts'
import { guardContents, guardSession } from './window/guards.ts'

registerAppScheme(protocol)
guardContents(app)
registerOnWindows()
// Electron's own menu has developer tools. On macOS it also has the keys of the clipboard, which work elsewhere without a menu.
if (process.platform !== 'darwin') Menu.setApplicationMenu(null)
const commands = createCommands()
const instance = claimInstance({
  app,
  platform: process.platform,
  env: process.env,
  argv: process.argv,
  printError: (line) => console.error(line),
  onLaunch: (launch) => commands.dispatch({ do: 'launch', launch }),
})
if (instance.kind === 'exit') app.exit(instance.code)
else
  app
    .whenReady()
    .then(() => start(instance.launch))
    .catch(failToStart)

/** Electron ignores the app id elsewhere, and has no class. */
function registerOnWindows(): void {
  if (process.platform !== 'win32') return
  const { appId, toastActivator } = windowsIds(app.isPackaged)
  app.setAppUserModelId(appId)
  app.setToastActivatorCLSID(toastActivator)
}

async function start(launch: LaunchArguments): Promise<void> {
  const log = createLog(app.getPath('logs'))
  guardSession(session.defaultSession)
  trustCertificates({ tls, extraFile: process.env['NODE_EXTRA_CA_CERTS'], readText: (path) => readFileSync(path, 'utf8'), log })
  await startApp({
    commands,
    launch,
    session: session.defaultSession,
    servePage: (readFirstPaint) => serveApp(protocol, PAGE_DIR, readFirstPaint),
    log,
  })
}

function failToStart(error: unknown): void {
  dialog.showErrorBox('Mailbell cannot start', errorTextOf(error))
  app.exit(1)
}
