import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CLI_PATH, type ServedCommand, serveCommand } from '../../../helpers/cli.ts'
import { until } from '../../../helpers/until.ts'

let folder: string
let server: ServedCommand
const env = () => ({ ...process.env, MAILBELL_DATA_DIR: folder, MAILBELL_SERVER: '', MAILBELL_TOKEN: '', MAILBELL_CONFIG: '' })
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-reader-'))
  server = await serveCommand(['--port', '0', '--demo'], env())
})
afterEach(async () => {
  await server.end()
  rmSync(folder, { recursive: true, force: true })
})

test.runIf(process.platform === 'linux')('a watch ends when the reader of its pipe goes away, though nothing changes', async () => {
  const shell = spawn(
    'sh',
    ['-c', '{ "$0" "$1" watch --format waybar; echo "ended with $?" >&2; } | head -n 2', process.execPath, CLI_PATH],
    {
      env: env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let stderr = ''
  shell.stderr.on('data', (chunk) => (stderr += String(chunk)))
  await once(shell, 'close')
  expect(stderr).toBe('ended with 0\n')
})

test.runIf(process.platform === 'linux')(
  'a watch ends when the reader of its socket goes away, and one with a reader or a file goes on',
  async () => {
    const watch = (stdout: 'pipe' | 'ignore') =>
      spawn(process.execPath, [CLI_PATH, 'watch'], { env: env(), stdio: ['ignore', stdout, 'ignore'] })
    const [leaves, stays, none] = [watch('pipe'), watch('pipe'), watch('ignore')]
    await until(async () => (await parked()) === 3, 20_000)
    leaves.stdout?.destroy()
    await once(leaves, 'exit')
    expect([leaves.exitCode, stays.exitCode, none.exitCode]).toEqual([0, null, null])
    expect(await until(async () => ((await parked()) === 2 ? 'two' : null))).toBe('two')
    for (const child of [stays, none]) {
      child.kill('SIGTERM')
      await once(child, 'exit')
      expect(child.exitCode).toBe(0)
    }
  },
)

async function parked(): Promise<number> {
  const { port } = new URL(server.url)
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${server.token}` } })
  return Number(/^mailbell_parked_polls (\d+)$/m.exec(await response.text())?.[1])
}
