/** The program in a package that was built on this machine, named by MAILBELL_APP: it starts, counts, and quits. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../helpers/until.ts'
import { freePort } from '../helpers/programs/daemon.ts'
import { evaluateIn } from './app/devtools.ts'
import { createMachine, type Machine } from './app/machine.ts'

const program = process.env['MAILBELL_APP'] ?? ''
/** The first start of a package unpacks it, and the system may scan it. */
const START_MS = 120_000

describe.runIf(program !== '')('the built app', () => {
  let machine: Machine
  const started: ChildProcess[] = []
  beforeEach(async () => {
    machine = await createMachine()
  })
  afterEach(async () => {
    for (const child of started) child.kill('SIGKILL')
    await machine.close()
  })

  /** Runners of Ubuntu restrict the namespaces that Chromium's sandbox needs. */
  const sandbox = process.platform === 'linux' ? ['--no-sandbox'] : []
  function start(...args: readonly string[]): ChildProcess {
    const env = { ...process.env, MAILBELL_DATA_DIR: machine.dataDir }
    const child = spawn(resolve(program), [...sandbox, `--user-data-dir=${machine.userDataDir}`, ...args], { env, stdio: 'inherit' })
    started.push(child)
    return child
  }

  test(
    'counts in its window, follows a new message, and quits when it is asked to',
    async () => {
      await mkdir(machine.userDataDir, { recursive: true })
      await writeFile(join(machine.userDataDir, 'settings.json'), '{"welcomed":true}')
      const port = await freePort()
      const app = start(`--remote-debugging-port=${port}`)
      const exited = once(app, 'exit')
      const count = (): Promise<unknown> =>
        evaluateIn(port, 'app://mailbell/', 'mailbell.readState().then(({ servers }) => servers[0]?.accounts?.[0]?.unread)')
      await until(async () => app.exitCode === null && (await count()) === 2, START_MS)
      machine.deliver({ subject: 'For a package' })
      await until(async () => (await count()) === 3)
      const text = await evaluateIn(port, 'app://mailbell/', 'document.body.innerText')
      expect(text).toContain('For a package')
      const [code] = await once(start('--quit'), 'exit')
      expect(code).toBe(0)
      expect(await exited).toEqual([0, null])
    },
    START_MS + 60_000,
  )
})
