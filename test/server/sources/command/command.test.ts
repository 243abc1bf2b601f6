/** Real programs that misbehave, run through the real collector. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Secret } from '../../../../server/auth/secret.ts'
import { createCommandSource } from '../../../../server/sources/command/source.ts'
import { SourceError } from '../../../../server/sources/source.ts'
import { parseCounts } from '../../../../server/sources/lib/parse-counts.ts'
import { commandConfig, nodeCommand } from '../../../helpers/sources/command.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

let folder: TemporaryFolder
let running: RunningSources | null = null

beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await running?.close()
  running = null
  await folder.remove()
})

async function start(script: string, change: Parameters<typeof commandConfig>[1] = {}, ...args: string[]): Promise<RunningSources> {
  running = await runSources([createCommandSource(commandConfig(nodeCommand(script, ...args), { folder: folder.path, ...change }))])
  return running
}

const errorOf = ({ states }: RunningSources) =>
  until(() => {
    const state = states.find(({ phase }) => phase === 'waiting' || phase === 'stopped')
    return state && 'error' in state ? state.error : null
  })

/** Alive, and not a zombie that waits to be reaped. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Writes its pid and that of a child into a file; neither ends at SIGTERM, and it prints `said`. */
const familyOf = (said: string): string => `
  const { spawn } = require('child_process')
  const deaf = "process.on('SIGTERM', () => {}); process.stdout.write('.'); setInterval(() => {}, 1000)"
  process.on('SIGTERM', () => {})
  const child = spawn(process.execPath, ['-e', deaf], { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.once('data', () => {
    require('fs').writeFileSync('pids', [process.pid, child.pid].join(' '))
    ${said}
  })
  setInterval(() => {}, 1000)
`

const family = (): Promise<readonly number[]> =>
  until(async () => {
    const text = await readFile(join(folder.path, 'pids'), 'utf8').catch(() => '')
    return text === '' ? null : text.split(' ').map(Number)
  })

describe('its processes', () => {
  test('are killed with their children when a run hangs, even where they ignore signals', async () => {
    const sources = await start(familyOf(''), { timeoutMs: 3_000 })
    const pids = await family()
    expect(pids.every(isAlive)).toBe(true)
    const { code, message } = await errorOf(sources)
    expect(code).toBe('network')
    expect(message).toContain('did not end within 3 s and was killed')
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('are gone when the source is closed', async () => {
    const sources = await start(familyOf('console.log(4)'), { mode: 'watch' })
    await sources.shows('me', 4)
    const pids = await family()
    await sources.close()
    await until(() => !pids.some(isAlive))
  })

  test('do not outlive the program that started them', async () => {
    const script = familyOf('console.log(4); process.exit()').replace("'ignore', 'pipe', 'inherit'", "'ignore', 'pipe', 'ignore'")
    const sources = await start(script, { intervalMs: 3_600_000 })
    await sources.shows('me', 4)
    await until(async () => !(await family()).some(isAlive))
  })

  test.runIf(process.platform === 'linux')('that left the group, also through another process, end with it', async () => {
    const sleeper = "require('fs').appendFileSync('pids', process.pid + ' '); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"
    const daemon = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(sleeper)}], { detached: true, stdio: 'ignore' }).unref(); ${sleeper.split(';', 1)[0]}`
    const sources = await start(`
      const { spawn } = require('child_process')
      const { readFileSync } = require('fs')
      for (const script of [${JSON.stringify(sleeper)}, ${JSON.stringify(daemon)}])
        spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' }).unref()
      const pids = () => { try { return readFileSync('pids', 'utf8').trim().split(' ').length } catch { return 0 } }
      const timer = setInterval(() => { if (pids() === 3) { clearInterval(timer); console.log(3) } }, 10)
    `)
    await until(() => sources.states.some(({ phase }) => phase === 'live'))
    const pids = (await readFile(join(folder.path, 'pids'), 'utf8')).trim().split(' ').map(Number)
    await until(() => !pids.some(isAlive))
    expect(pids).toHaveLength(3)
  })

  test.runIf(process.platform === 'linux')('that leave the group and keep the output are reported, and delay nothing', async () => {
    const child = `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 4000)'], { stdio: 'inherit', detached: true }).unref()`
    const sources = await start(`console.log(4); ${child}; process.exit()`)
    expect((await errorOf(sources)).message).toContain('another process still holds its output open')
  })
})

describe('a program that fails', () => {
  test('is reported with its exit code and the last line of its stderr', async () => {
    const { code, message } = await errorOf(await start(`console.error('first\\n\\u001b[31mno\\u202esuch host\\n'); process.exitCode = 3`))
    expect(code).toBe('network')
    expect(message).toBe('The command of program ended with exit code 3; restarting it. It says: [31mno such host')
  })

  test('does not count, although it printed a number', async () => {
    const sources = await start('console.log(4); process.exitCode = 1')
    await errorOf(sources)
    expect(sources.board.get('me')?.counts).toBeNull()
  })

  test('by a signal is reported with its name', async () => {
    expect((await errorOf(await start(`process.kill(process.pid, 'SIGKILL')`))).message).toContain('ended by SIGKILL')
  })

  test('does not reveal its secret', async () => {
    const env = { TOKEN: 'open sesame' }
    const { message } = await errorOf(await start(`console.error('bad token ' + process.env.TOKEN); process.exit(1)`, { env }))
    expect(message).toBe('The command of program ended with exit code 1; restarting it.')
    await running?.close()
    expect((await errorOf(await start(`console.log('token ' + process.env.TOKEN)`, { env }))).message).not.toContain('sesame')
  })

  test.each([
    [77, 'auth'],
    [78, 'config'],
  ])('with exit code %i is not restarted', async (exitCode, code) => {
    const { states } = await start(`process.exit(${exitCode})`)
    const stopped = await until(() => states.find((state) => state.phase === 'stopped'))
    expect(stopped.error.code).toBe(code)
  })

  test('because it does not exist waits for a person', async () => {
    running = await runSources([createCommandSource(commandConfig(['no-such-program-here']))])
    expect(await errorOf(running)).toEqual({
      code: 'config',
      message: 'The command no-such-program-here is not there (ENOENT); check its name, its folder and its permissions.',
    })
  })

  test('recovers after a restart', async () => {
    const script = `
      const fs = require('fs'), runs = fs.existsSync('runs') ? 2 : 1
      fs.writeFileSync('runs', '')
      if (runs === 1) { console.log(1); setTimeout(() => process.exit(0), 50) } else { console.log(2); setInterval(() => {}, 1000) }`
    const sources = await start(script, { mode: 'watch' })
    await sources.shows('me', 2)
    expect(sources.states.map(({ phase }) => phase)).toEqual(['starting', 'live', 'waiting', 'starting', 'live'])
  })
})

describe('its output', () => {
  test('counts several accounts, a line each; one that is no longer named becomes 0', async () => {
    const script = `
      const fs = require('fs'), again = fs.existsSync('again')
      console.log(JSON.stringify({ id: 'alice', unread: 1 }))
      if (!again) console.log('\\n' + JSON.stringify([{ id: 'bob', unread: 2 }, { id: 'carol', unread: 'x' }]))
      fs.writeFileSync('again', '')`
    const sources = await start(script, { account: undefined })
    await sources.shows('bob', 2)
    await sources.shows('bob', 0)
    expect(sources.board.get('alice')?.counts?.unread).toBe(1)
    expect(sources.board.get('carol')).toMatchObject({ status: 'ok', counts: { unread: 0 } })
  })

  test('may have a long list of messages, of which the first are shown', async () => {
    const script = `
      const latest = Array.from({ length: 500 }, (_, id) => ({ id, from: null, subject: 'x'.repeat(500) }))
      console.log(JSON.stringify({ unread: 500, latest }))`
    const sources = await start(script)
    await sources.shows('me', 500)
    expect(sources.board.get('me')?.counts?.latest).toHaveLength(20)
  })

  test('names an account without a number, and a row without an id, and counts the others', async () => {
    const rows = [{ id: 'alice', unread: 1, latest: 'no list' }, { id: 'bob', unread: null }, { unread: 3 }, { id: 42, unread: '4' }]
    const { board, shows, warnings } = await start(`console.log(${JSON.stringify(JSON.stringify(rows))})`, { account: undefined })
    await shows('alice', 1)
    await shows('42', 4)
    expect(board.get('bob')).toMatchObject({
      status: 'error',
      counts: null,
      error: { message: expect.stringContaining('unread is not valid') },
    })
    expect(warnings).toMatchObject([
      { account: 'bob', reason: 'unread is not valid' },
      { row: 'alice', reason: 'its latest is not a JSON list of messages' },
      { row: 'row 3', reason: 'its id is missing or not valid' },
    ])
  })

  test.each([
    ['nothing', '', 'printed nothing'],
    ['words', `console.log('5 mails')`, 'printed neither a number nor JSON (“5 mails”)'],
    ['a negative number', 'console.log(-5)', 'neither a whole number from 0'],
    ['a line without end', `const x = 'x'.repeat(10000); setInterval(() => process.stdout.write(x))`, 'a line of more than 1024 KiB'],
    ['too much', `const x = ('5' + ' '.repeat(50000) + '\\n').repeat(100); process.stdout.write(x)`, 'prints more than 4 MiB'],
    ['no UTF-8', `process.stdout.write(Buffer.from([0xff, 0xfe, 0x0a]))`, 'neither a number nor JSON'],
  ])('that is %s is no count', async (_, script, words) => {
    const sources = await start(script)
    const { code, message } = await errorOf(sources)
    expect(code).toBe('protocol')
    expect(message).toContain(words)
    expect(sources.board.get('me')?.counts).toBeNull()
  })

  test('without end is read no faster than it is reported', async () => {
    const script = `let n = 0; const more = () => { while (process.stdout.write(++n + '\\n')); process.stdout.once('drain', more) }; more()`
    const sources = await start(script, { mode: 'watch' })
    await until(() => (sources.board.get('me')?.counts?.unread ?? 0) > 50_000)
    expect(sources.changedIds.length).toBeLessThan(500)
  })

  test('refuses anything else with an error of its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.anything(), fc.jsonValue(), fc.record({ unread: fc.anything(), latest: fc.anything() })),
        async (value) => {
          try {
            for (const { unread } of (await parseCounts(value, 'me', 'It')).accounts)
              expect(Number.isSafeInteger(unread) && unread >= 0).toBe(true)
          } catch (error) {
            expect(error).toBeInstanceOf(SourceError)
          }
        },
      ),
    )
  })
})

test('sees the configured variables, and not those of the server', async () => {
  vi.stubEnv('SERVER_SECRET', 'x')
  const sources = await start(`console.log(process.env.OURS === 'yes' && !('SERVER_SECRET' in process.env) && process.env.PATH ? 1 : 0)`, {
    env: { OURS: 'yes' },
  })
  await sources.shows('me', 1)
})

test('reports a missing secret of its environment', async () => {
  const config = commandConfig(nodeCommand('console.log(1)'))
  running = await runSources([createCommandSource({ ...config, env: { TOKEN: new Secret({ env: 'MAILBELL_TEST_NOT_SET' }) } })])
  expect(await errorOf(running)).toMatchObject({ code: 'config', message: expect.stringContaining('MAILBELL_TEST_NOT_SET is not set') })
})

test('does not wait for a slow secret when it must stop', async () => {
  const slow = new Secret({ command: nodeCommand('setTimeout(() => {}, 3_000)') })
  const source = createCommandSource({ ...commandConfig(nodeCommand('console.log(1)')), env: { TOKEN: slow } })
  const closing = new AbortController()
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined }
  const ended = source.run({
    signal: closing.signal,
    report: async () => undefined,
    onKick: () => () => undefined,
    work: (task) => task(),
    log,
  })
  closing.abort()
  await expect(ended).rejects.toThrow('aborted')
})

test('is killed when a watch is silent too long', async () => {
  const sources = await start(familyOf('console.log(4)'), { mode: 'watch', silenceMs: 100 })
  await sources.shows('me', 4)
  const pids = await family()
  expect((await errorOf(sources)).message).toContain('printed nothing for 0.1 s and was killed')
  expect(pids.filter(isAlive)).toEqual([])
})

test('gets a line on its stdin at a kick, also where it does not read', async () => {
  const sources = await start(`let n = 1; console.log(n); process.stdin.on('data', () => console.log(++n))`, { mode: 'watch' })
  await sources.shows('me', 1)
  sources.collector.kick()
  await sources.shows('me', 2)
  await sources.close()
  const deaf = await start(`console.log(7); setInterval(() => {}, 1000)`, { mode: 'watch' })
  await deaf.shows('me', 7)
  for (let i = 0; i < 200_000; i++) deaf.collector.kick()
  expect(deaf.states.at(-1)?.phase).toBe('live')
})
