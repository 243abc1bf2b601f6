import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noteReloads } from '../../../../server/cli/serve/signals.ts'
import { type ServedCommand, serveCommand, startCommand } from '../../../helpers/cli.ts'
import { connectRaw, parkedPolls, send } from '../../../helpers/server.ts'
import { until } from '../../../helpers/until.ts'

let folder: string
let server: ServedCommand
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-signals-'))
})
afterEach(async () => {
  await server.end('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const token = (name: string, scope: string) =>
  `  - { name: ${name}, secret: { env: SECRET_${name.toUpperCase()} }, scope: [${scope}], accounts: "*" }\n`
const ALL = `tokens:\n${token('reader', 'read')}${token('feeder', 'collect')}`
const env = () => ({
  MAILBELL_DATA_DIR: folder,
  MAILBELL_CONFIG: '',
  MAILBELL_SERVER: '',
  MAILBELL_TOKEN: '',
  MAILBELL_LOG: 'info',
  SECRET_READER: 'reader',
  SECRET_FEEDER: 'feeder',
  SECRET_OTHER: 'other',
})
const port = (): number => Number(new URL(server.url).port)
const write = (text: string): void => writeFileSync(join(folder, 'mailbell.yml'), text)
const put = async (id: string, unread: number) =>
  (await send(port(), 'PUT', `/v1/accounts/${id}`, { token: 'feeder', body: { unread } })).status
const ids = async (secret = 'reader') => (await send(port(), 'GET', '/v1/accounts', { token: secret })).json().accounts?.map(({ id }) => id)

async function serve(config = ALL): Promise<void> {
  write(config)
  server = await serveCommand(['--port', '0'], env())
}

/** Parks a poll for an account that has been put. */
async function park(secret = 'reader') {
  const before = await parkedPolls(port())
  const { headers } = await send(port(), 'GET', '/v1/accounts/alice', { token: secret })
  const answer = send(port(), 'GET', '/v1/accounts/alice', {
    token: secret,
    headers: { 'if-none-match': String(headers.etag), prefer: 'wait=50' },
  })
  await until(async () => (await parkedPolls(port())) === before + 1)
  return { answer }
}

/** Sends SIGHUP; resolves with the lines that it made in the log. */
async function reload(config: string): Promise<string> {
  write(config)
  const before = server.stderr().length
  server.child.kill('SIGHUP')
  return await until(() => {
    const lines = server.stderr().slice(before)
    return /was reloaded|cannot be reloaded/.test(lines) && lines.endsWith('\n') ? lines : null
  })
}

describe.skipIf(process.platform === 'win32')('SIGHUP', () => {
  it('reloads tokens and sources, and polls stay parked', async () => {
    await serve()
    await put('alice', 1)
    const { answer } = await park()
    const program = join(folder, 'count.mjs')
    writeFileSync(program, 'console.log(7)')
    const source = `sources:\n  - { type: command, account: fred, command: ["${process.execPath}", "${program}"] }\n`
    expect(await reload(`${ALL}${token('other', 'read')}${source}`)).not.toContain('restart')
    await until(async () => (await ids('other'))?.includes('fred'))
    expect(await parkedPolls(port())).toBe(1)
    await put('alice', 2)
    expect((await answer).json()).toMatchObject({ unread: 2 })
    await reload(ALL)
    expect(await ids()).toEqual(['alice'])
    expect((await send(port(), 'GET', '/v1/accounts', { token: 'other' })).status).toBe(401)
  })

  it('answers the parked poll of a token that is gone, so that it reads nothing more', async () => {
    await serve(`${ALL}${token('other', 'read')}`)
    await put('alice', 1)
    const stays = await park()
    const goes = await park('other')
    await reload(ALL)
    expect((await goes.answer).status).toBe(304)
    expect(await parkedPolls(port())).toBe(1)
    await put('alice', 2)
    expect((await stays.answer).status).toBe(200)
  })

  it.each([
    ['is not valid', () => write('tokens: 5')],
    ['names a secret that is not there', () => write(`${ALL}  - { name: x, secret: { env: NOT_SET }, accounts: "*" }\n`)],
    ['is empty', () => write('')],
    ['is blank', () => write('\n')],
    ['is gone', () => rmSync(join(folder, 'mailbell.yml'))],
  ])('keeps what there is where the config %s, and says so', async (_what, change) => {
    await serve()
    change()
    server.child.kill('SIGHUP')
    await until(() => /"level":"error".*mailbell\.yml.*the previous one stays in use/.test(server.stderr()))
    expect(await put('alice', 1)).toBe(204)
    expect(await ids()).toEqual(['alice'])
  })

  it('names a change that needs a restart', async () => {
    await serve()
    await reload(`server: { hold: 10s }\n${ALL}`)
    await until(() => server.stderr().includes('need a restart'))
  })

  it('ends no server that is starting, and is not forgotten', async () => {
    write(`redis: { url: 'redis://127.0.0.1:9' }\n${ALL}`)
    server = { ...startCommand(['serve', '--port', '0'], env()), url: '', token: '' }
    await until(() => server.stderr() !== '')
    server.child.kill('SIGHUP')
    expect(await server.end('SIGTERM')).toBe(0)

    const before = process.listenerCount('SIGHUP')
    const [came, stayedAway] = [noteReloads(), noteReloads()]
    expect(stayedAway()).toBe(false)
    process.emit('SIGHUP')
    expect(came()).toBe(true)
    expect(process.listenerCount('SIGHUP')).toBe(before)
  })

  it('follows the links of Kubernetes to the new version of config and secret', async () => {
    const place = (version: string, secret: string): void => {
      mkdirSync(join(folder, version))
      writeFileSync(join(folder, version, 'mailbell.yml'), 'tokens: [{ name: t, secret: { file: token }, accounts: "*" }]')
      writeFileSync(join(folder, version, 'token'), `${secret}\n`)
      symlinkSync(version, join(folder, '..new'))
      renameSync(join(folder, '..new'), join(folder, '..data'))
    }
    place('..1', 'reader')
    for (const name of ['mailbell.yml', 'token']) symlinkSync(join('..data', name), join(folder, name))
    server = await serveCommand(['--port', '0'], env())
    expect(await ids()).toEqual([])
    place('..2', 'other')
    rmSync(join(folder, '..1'), { recursive: true })
    server.child.kill('SIGHUP')
    await until(() => server.stderr().includes('was reloaded'))
    expect([await ids(), await ids('other')]).toEqual([undefined, []])
  })

  it('keeps the token that was made for this run', async () => {
    await serve('sources: []')
    await reload(ALL)
    expect(await ids(server.token)).toEqual([])
    expect(await ids()).toEqual([])
  })
})

describe.skipIf(process.platform === 'win32')('a server', () => {
  it('goes on at SIGUSR1 and SIGUSR2', async () => {
    await serve()
    server.child.kill('SIGUSR1')
    server.child.kill('SIGUSR2')
    await reload(ALL)
    expect(await put('alice', 1)).toBe(204)
    expect(server.stderr()).not.toContain('Debugger')
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)(
    'without sources ends in good order at %s, also if its polls leave while it drains',
    async (signal) => {
      await serve()
      await put('alice', 1)
      const tag = (await send(port(), 'GET', '/v1/accounts/alice')).headers.etag
      const polls = Array.from({ length: 3 }, () => connectRaw(port()))
      for (const { socket } of polls)
        socket.write(
          `GET /v1/accounts/alice HTTP/1.1\r\nHost: 127.0.0.1:${port()}\r\nAuthorization: Bearer reader\r\nIf-None-Match: ${tag}\r\nPrefer: wait=50\r\n\r\n`,
        )
      await until(async () => (await parkedPolls(port())) === 3)
      expect(await put('late', 7)).toBe(204)
      server.child.kill(signal)
      await until(() => !existsSync(join(folder, 'run.json')))
      for (const { socket } of polls) socket.destroy()
      expect(await server.end(signal)).toBe(0)
      expect(server.stderr()).not.toContain('Warning')
      await serve()
      expect(await ids()).toEqual(['alice', 'late'])
    },
  )

  it('that waits for the first report of a program ends in good order, and ends the program', async () => {
    const [program, started] = [join(folder, 'count.mjs'), join(folder, 'pid')]
    writeFileSync(
      program,
      `import { writeFileSync } from 'node:fs'\nwriteFileSync('${started}', String(process.pid))\nsetInterval(() => {}, 1000)`,
    )
    write(`sources:\n  - { type: command, command: ["${process.execPath}", "${program}"] }\n${ALL}`)
    server = { ...startCommand(['serve', '--port', '0'], env()), url: '', token: '' }
    const pid = await until(() => (existsSync(started) ? Number(readFileSync(started, 'utf8')) : null))
    expect(await server.end('SIGTERM')).toBe(0)
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('answers every poll at once when a second signal follows, and exits with 0', async () => {
    await serve(`server: { drain: 5m }\n${ALL}`)
    await put('alice', 1)
    const polls: { answer: Promise<unknown> }[] = []
    for (let i = 0; i < 5; i++) polls.push(await park())
    server.child.kill('SIGTERM')
    await until(() => !existsSync(join(folder, 'run.json')))
    expect(await server.end('SIGTERM')).toBe(0)
    expect(await Promise.all(polls.map(({ answer }) => answer))).toHaveLength(5)
  })

  it('has everything that it answered 204 after SIGKILL', async () => {
    await serve()
    for (let i = 0; i < 20; i++) expect(await put(`a${i}`, i)).toBe(204)
    await server.end('SIGKILL')
    await serve()
    expect(await ids()).toHaveLength(20)
  })
})
