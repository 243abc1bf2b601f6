/** `npm start`: runs the desktop app, or serves its window as a page if Electron cannot run. Never imports electron, which would download it. */
import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { createBuildStamp } from './build-stamp.ts'
import { electronProgram, fetchElectron, obstacleOn, runElectron, thisMachine } from './electron.ts'

const root = join(import.meta.dirname, '..')
const options = process.argv.slice(2)
const APP_OPTIONS = new Set(['--settings', '--check', '--quit', '--hidden'])

// The terminal also sends Ctrl-C to the child: this process waits for its orderly exit.
process.on('SIGINT', () => {})

if (!createBuildStamp(root).isCurrent()) {
  console.log('Building…')
  build()
}
const reason = await startApp()
if (reason !== null) {
  console.error(`The desktop app cannot start (${reason}), so the window is served as a page to your browser.`)
  process.exitCode = await servePage()
}

function build(): void {
  const npm = process.env['npm_execpath']
  const { status } = npm
    ? spawnSync(process.execPath, [npm, 'run', 'build', '--silent'], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}

/** Runs the app. Resolves to null after its exit, or to the reason why it cannot run. */
async function startApp(): Promise<string | null> {
  // First, so that a machine that cannot run Electron fetches nothing.
  const obstacle = obstacleOn(thisMachine())
  if (obstacle !== null) return obstacle
  if (electronProgram() === null) {
    console.log('Fetching Electron (about 120 MB)…')
    const failure = fetchElectron()
    if (failure !== null) return `Electron cannot be fetched: ${failure}`
  }
  const program = electronProgram()
  if (program === null) return 'Electron cannot be fetched'
  const ran = await runElectron(program, [root, ...options], console.error)
  if (ran.kind === 'failed') return ran.reason
  process.exitCode = ran.exitCode
  return null
}

function servePage(): Promise<number> {
  // Without a config, `serve` has the demo mailbox.
  const args = [join(root, 'dist/server/cli/main.js'), 'serve', '--open', ...options.filter((option) => !APP_OPTIONS.has(option))]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}
