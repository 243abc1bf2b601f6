/** The built `mailbell serve` with a probe in it, started without a source, as a user's: with compiled code from earlier runs. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CLI_PATH } from '../../test/helpers/cli.ts'
import { freePort } from '../../test/helpers/programs/daemon.ts'
import { send } from '../../test/helpers/server.ts'
import { until } from '../../test/helpers/until.ts'
import { cpuSecondsOf } from './process.ts'
import type { MeasuredTurns } from './turns-probe.ts'

const PROBE = fileURLToPath(new URL('turns-probe.ts', import.meta.url))
const READY_MS = 170_000
const REPLY_MS = 60_000

/** @param cache the user's cache directory */
export async function startProbed(folder: string, cache: string) {
  const port = await freePort()
  const config = join(folder, 'mailbell.yml')
  const setSources = (sources: readonly unknown[]): Promise<void> =>
    writeFile(
      config,
      JSON.stringify({
        server: { port },
        tokens: ['read', 'collect'].map((scope) => ({
          name: scope,
          secret: { env: 'BENCH_' + scope.toUpperCase() },
          scope,
          accounts: '*',
        })),
        sources,
      }),
    )
  await setSources([])
  const child = spawn(process.execPath, ['--import', PROBE, CLI_PATH, 'serve', '--config', config], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      MAILBELL_DATA_DIR: folder,
      MAILBELL_LOG: 'info',
      XDG_CACHE_HOME: cache,
      BENCH_READ: 'read',
      BENCH_COLLECT: 'collect',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text))
  const exited = once(child, 'exit')
  const get = (path: string, headers = {}) => send(port, 'GET', path, { token: 'read', headers })
  const isReady = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`The server ended: ${log}`)
    return (await get('/readyz').catch(() => null))?.status === 200
  }
  await until(isReady, READY_MS)

  return {
    async park() {
      await send(port, 'PUT', '/v1/accounts/parked', { token: 'collect', body: { unread: 1 } })
      const { etag = '' } = (await get('/v1/accounts/parked')).headers
      void get('/v1/accounts/parked', { 'if-none-match': etag, prefer: 'wait=55' }).catch(() => undefined)
    },
    /** Resolves once each source of the config has reported. */
    async addSources(sources: readonly unknown[]) {
      await setSources(sources)
      child.kill('SIGHUP')
      await until(() => log.includes('the config was reloaded'), READY_MS)
      await until(isReady, READY_MS)
      if (/"level":(?:40|50)/.test(log)) throw new Error(`The server warns: ${log}`)
    },
    /** Resolves once the server is quiet; some sources are polled without a pause, so that it never is. */
    async untilQuiet(sampleMs: number, quietShare: number, limitMs: number) {
      const endMs = performance.now() + limitMs
      for (let share = 1; share > quietShare && performance.now() < endMs;) {
        const before = cpuSecondsOf([child.pid ?? 0])
        await sleep(sampleMs)
        share = ((cpuSecondsOf([child.pid ?? 0]) - before) * 1_000) / sampleMs
      }
    },
    beginMeasuring: (): void => void child.send('begin'),
    async measured(): Promise<MeasuredTurns> {
      const reply = once(child, 'message', { signal: AbortSignal.timeout(REPLY_MS) })
      child.send('end')
      return (await reply)[0]
    },
    /** The longest turn as its metric shows it, in milliseconds. */
    async metric(kind: string): Promise<number> {
      const { text } = await get('/metrics')
      return 1_000 * Number(new RegExp(`^mailbell_source_longest_turn_seconds\\{kind="${kind}"\\} (\\S+)$`, 'm').exec(text)?.[1])
    },
    /** In good order, so that the compiled code is stored. */
    async end() {
      child.kill('SIGTERM')
      await exited
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
