/** `npm start`: the desktop app; where Electron cannot be had, the same window as a page. Never imports electron, whose import downloads. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const electronFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
/** For 120 MB over a slow line. A network that refuses or swallows is noticed by the fetch itself, within seconds. */
const fetchSeconds = 300

/** Electron's program, or null where it was not fetched yet. */
function electronProgram(): string | null {
  const note = join(electronFolder, 'path.txt')
  if (!existsSync(note)) return null
  const program = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(electronFolder, 'dist'), readFileSync(note, 'utf8'))
  return existsSync(program) ? program : null
}

function fetchElectron(): string | null {
  spawnSync(process.execPath, [join(electronFolder, 'install.js')], {
    stdio: 'ignore',
    timeout: fetchSeconds * 1000,
    killSignal: 'SIGKILL',
  })
  return electronProgram()
}

const options = process.argv.slice(2)
const program = electronProgram() ?? fetchElectron()
if (program === null) console.error('Electron cannot be fetched here, so the window is served as a page to your browser.')
const [command, args] =
  program === null
    ? [process.execPath, [join(root, 'dist/server/cli/main.js'), 'serve', ...(options.length > 0 ? options : ['--demo'])]]
    : [program, [root, ...options]]

const child = spawn(command, args, { stdio: 'inherit' })
// The terminal sends Ctrl-C to the child as well: this process only waits for it to finish tidily.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('error', (error) => {
  console.error(`${command} cannot be started: ${error.message}.`)
  process.exitCode = 1
})
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal])
})
