/** What a container takes away: the home, the entry in passwd, a data directory that can be written. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CLI_PATH, type RunningCommand, runCommand, startCommand } from '../../helpers/cli.ts'
import { until } from '../../helpers/until.ts'

let folder: string
let server: RunningCommand | null
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-container-'))
  server = null
})
afterEach(async () => {
  await server?.end()
  rmSync(folder, { recursive: true, force: true })
})

const COMMON = { MAILBELL_SERVER: '', MAILBELL_TOKEN: '', MAILBELL_HOST: '', MAILBELL_PORT: '' }

test.each([
  ['config', 'server: { port: 0 }', []],
  ['option', 'demo: true', ['--port', '0']],
])('health checks the port that the %s names', async (_where, text, options) => {
  const config = join(folder, 'mailbell.yml')
  writeFileSync(config, `${text}\n`)
  const env = { ...COMMON, MAILBELL_DATA_DIR: folder, MAILBELL_CONFIG: config }
  server = startCommand(['serve', ...options], env)
  await until(() => server?.stdout().includes('Mailbell is at'))
  expect((await runCommand(['health'], env)).code).toBe(0)
})

test('health asks the configured address where there is no run file', async () => {
  const config = join(folder, 'mailbell.yml')
  writeFileSync(config, 'server: { host: 0.0.0.0, port: 9 }\n')
  const env = { ...COMMON, MAILBELL_DATA_DIR: folder, MAILBELL_CONFIG: config }
  expect((await runCommand(['health'], env)).stderr).toContain('http://127.0.0.1:9 does not respond')
  expect((await runCommand(['health'], { ...env, MAILBELL_PORT: 'tcp://10.96.0.1:11' })).stderr).toContain('127.0.0.1:9 does not')
  expect((await runCommand(['health'], { ...env, MAILBELL_PORT: '11' })).stderr).toContain('http://127.0.0.1:11 does not respond')
})

const isRoot = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0

test.runIf(isRoot)('a user without a home and an entry in passwd runs the commands, and the error says what to set', () => {
  chmodSync(folder, 0o777)
  const run = (env: readonly string[], ...args: readonly string[]) =>
    spawnSync('setpriv', ['--reuid=54321', '--regid=54321', '--clear-groups', 'env', '-i', ...env, process.execPath, CLI_PATH, ...args], {
      encoding: 'utf8',
    })
  const config = join(folder, 'mailbell.yml')
  writeFileSync(config, `sources:\n  - { type: command, account: me, command: ["${process.execPath}", "-p", "7"] }\n`)
  expect(run([`MAILBELL_DATA_DIR=${folder}`], 'check')).toMatchObject({ status: 0, stdout: expect.stringContaining('7 unread') })
  expect(run([`MAILBELL_DATA_DIR=${join(folder, 'data')}`], 'deliver', 'demo')).toMatchObject({ status: 0, stderr: '' })
  expect(run([], 'deliver', 'demo')).toMatchObject({
    status: 1,
    stderr: 'mailbell: This user has no home directory; set MAILBELL_DATA_DIR, and use absolute paths in the config.\n',
  })
})
