/** How long commands of the built `mailbell` take, and the memory of an idle server, beside Node that runs nothing. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CLI_PATH } from '../test/helpers/cli.ts'
import { residentBytesOf } from './tools/process.ts'
import { table } from './tools/table.ts'

const RUNS = 15
const IDLE_MS = 5_000
const SERVE = ['serve', '--demo', '--port', '0']
/** A server of bare Node, whose memory no server that runs on it can go below. */
const BARE_SERVER = [
  '--input-type=module',
  '-e',
  "import http from 'node:http'; http.createServer().listen(0, () => console.log('listens'))",
]

/** The fastest of the runs, which other programs disturbed least, and the median. */
async function timesOf(work: (finish: () => void) => Promise<void>): Promise<readonly [string, string]> {
  const times: number[] = []
  for (let i = 0; i < RUNS; i++) {
    const startedAtMs = performance.now()
    await work(() => void times.push(performance.now() - startedAtMs))
  }
  const sorted = times.toSorted((a, b) => a - b).map((ms) => ms.toFixed(0))
  return [sorted[0] ?? '', sorted[RUNS >> 1] ?? '']
}

export async function start(cli = CLI_PATH): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mailbell-bench-'))
  const env = { PATH: process.env['PATH'], HOME: folder, MAILBELL_DATA_DIR: folder }
  const open = (args: readonly string[]): ChildProcess => spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })

  async function run(args: readonly string[]): Promise<void> {
    const child = open(args)
    child.stdout?.resume()
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`${args.join(' ')} exited with ${code}.`)
  }

  /** Runs a server until its first line of output, and `then` before it ends. */
  async function serve(args: readonly string[], then: (pid: number) => Promise<void>): Promise<void> {
    const child = open(args)
    const exited = once(child, 'exit')
    try {
      if (child.stdout) await once(child.stdout, 'data')
      await then(child.pid ?? 0)
    } finally {
      child.kill('SIGTERM')
      await exited
    }
  }

  const commandTimes = (...args: readonly string[]): Promise<readonly [string, string]> => timesOf(async (finish) => run(args).then(finish))

  async function residentMegabytes(args: readonly string[]): Promise<string> {
    let bytes = 0
    await serve(args, async (pid) => {
      await sleep(IDLE_MS)
      bytes = residentBytesOf([pid])
    })
    return (bytes / 1e6).toFixed(0)
  }

  try {
    const rows = [
      ['node -e 0', ...(await commandTimes('-e', '0'))],
      ['mailbell --version', ...(await commandTimes(cli, '--version'))],
      ['completion of a word', ...(await commandTimes(cli, 'complete', '--', 'ser'))],
      ['mailbell deliver demo', ...(await commandTimes(cli, 'deliver', 'demo'))],
    ]
    await serve([cli, ...SERVE], async () => void rows.push(['mailbell count', ...(await commandTimes(cli, 'count'))]))
    rows.push(['mailbell serve, to its address', ...(await timesOf((finish) => serve([cli, ...SERVE], async () => finish())))])
    console.log(`\nStart, ${RUNS} runs, in ms\n${table([['command', 'fastest', 'median'], ...rows])}`)
    const memory = [
      ['node:http alone', await residentMegabytes(BARE_SERVER)],
      ['mailbell serve --demo', await residentMegabytes([cli, ...SERVE])],
    ]
    console.log(`\nResident memory of an idle server after ${IDLE_MS / 1000} s\n${table([['server', 'MB'], ...memory])}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
