/** Entry of the desktop app: what must be said before Electron is ready, and then its two halves. */
import { app, dialog, protocol, session } from 'electron'
import { fileURLToPath } from 'node:url'
import { registerAppScheme, serveApp } from './window/app-protocol.ts'
import { createServices } from './services.ts'
import { trustSystemCertificates } from './servers/system-certificates.ts'
import type { LaunchArguments } from './system/arguments.ts'
import { claimInstance } from './system/instance.ts'
import { createLog } from './system/log.ts'
import { guardContents, guardSession } from './window/security/guards.ts'
import { createDesktopApp } from './app.ts'

const PAGE_DIR = fileURLToPath(new URL('../renderer', import.meta.url))
/** As `appId` in electron-builder.yml: Windows groups windows and notifications by it. */
const APP_ID = 'org.mailbell.Mailbell'

registerAppScheme(protocol)
guardContents(app)
app.setAppUserModelId(APP_ID)
const instance = claimInstance({ app, platform: process.platform, argv: process.argv, printError: (line) => console.error(line) })
const { launch: first } = instance
if (first)
  app
    .whenReady()
    .then(() => run(first))
    .catch(cannotStart)
else app.exit(instance.exitCode)

async function run(started: LaunchArguments): Promise<void> {
  const log = createLog(app.getPath('logs'))
  guardSession(session.defaultSession)
  serveApp(protocol, PAGE_DIR)
  trustSystemCertificates(log)
  const files = { dir: app.getPath('userData'), version: app.getVersion(), nowMs: Date.now() }
  const onFailure = (detail: string): void => log.error({ detail }, 'something could not be shown')
  const backstage = await createServices({ log, files, session: session.defaultSession, onPolled: () => stage.look(), onFailure })
  const stage = await createDesktopApp({ ...backstage, log, files, onFailure })
  await backstage.accounts.start()
  const startedHidden = stage.begin()
  stage.heed({ ...started, hidden: started.hidden || startedHidden })
  instance.begin(stage.heed)
}

function cannotStart(error: unknown): void {
  dialog.showErrorBox('Mailbell cannot start', error instanceof Error ? error.message : String(error))
  app.exit(1)
}
