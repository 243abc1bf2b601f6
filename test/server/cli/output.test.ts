import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { existsSync, openSync, writeFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { CLI_PATH, runCommand, serveCommand } from '../../helpers/cli.ts'
import { useCommands } from '../../helpers/cli-folder.ts'
import { needs, pathOf } from '../../helpers/parts.ts'
import { until } from '../../helpers/until.ts'

const { env, inFolder, mailbell } = useCommands()

test
  .skipIf(!existsSync('/dev/full'))
  .each([[['token', 'create', '--name', 'a', '--accounts', 'b']], [['completion', 'bash']], [['--help']], [['--version']]])(
  'mailbell %j fails if its output cannot be written',
  (args) => {
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [CLI_PATH, ...args], {
      env: { ...process.env, ...env() },
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([1, 'mailbell: The output cannot be written (ENOSPC).\n'])
  },
)

test('MAILBELL_LOG is a level in any case, and an error names the levels', async () => {
  const { code, stderr } = await runCommand(['serve', '--port', '0'], { ...env(), MAILBELL_LOG: 'verbose' })
  expect([code, stderr]).toEqual([2, 'mailbell: MAILBELL_LOG must be error, warn, info or debug, not "verbose".\n'])
  const served = await serveCommand(['--port', '0'], { ...env(), MAILBELL_LOG: 'INFO' })
  expect(served.stderr()).toContain('"msg":"listening"')
  await served.end()
})

test.runIf(needs('script'))('a log line is text at a terminal, and a server ends with the shell of its terminal', async () => {
  const terminal = spawn(pathOf('script'), ['-qec', `'${process.execPath}' '${CLI_PATH}' serve --port 0`, '/dev/null'], {
    env: { ...process.env, ...env(), MAILBELL_LOG: 'info' },
    stdio: 'pipe',
  })
  let shown = ''
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text))
  const exited = once(terminal, 'exit')
  const [, url = ''] = await until(() => /address: (http:\S+), .* accounts: \d+\)/.exec(stripVTControlCharacters(shown)))
  terminal.kill('SIGTERM')
  await exited
  await until(() =>
    fetch(url).then(
      () => false,
      () => true,
    ),
  )
  expect(stripVTControlCharacters(shown)).toMatch(/^\d\d:\d\d:\d\d info {2}listening \(address: http:\S+, sources: 0, accounts: \d+\)\r?$/m)
})

test('count and health report where a server redirects to', async () => {
  const redirecting = createServer((req, res) => void res.writeHead(301, { location: `https://mail.example.org${req.url}` }).end())
  redirecting.listen(0, '127.0.0.1')
  await once(redirecting, 'listening')
  const address = redirecting.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  for (const command of [['count', '--token', 'abc'], ['health'], ['health', '--ready']]) {
    const { code, stderr } = await runCommand([...command, '--server', url], env())
    expect([code, stderr]).toEqual([1, expect.stringContaining('redirects to https://mail.example.org; if that is its address, use it.')])
  }
  redirecting.close()
})

test('the URL of a server has no password, and no message shows one', async () => {
  for (const server of ['https://kim:hunter2@mail.example.org', 'kim:hunter2@mail.example.org/#token=x'])
    for (const command of [['count', '--token', 'abc'], ['health']]) {
      const { code, stderr } = await runCommand([...command, '--server', server], env())
      expect([code, stderr]).toEqual([2, 'mailbell: The URL of the server must not contain a user name or a password.\n'])
    }
  const { code, stderr } = await runCommand(['health', '--server', 'mail.example.org?token=hunter2'], env())
  expect([code, stderr]).toEqual([2, expect.stringContaining('must be a URL such as http://127.0.0.1:6245, not "mail.example.org".')])
})

test('another program that answers every path is not a healthy server', async () => {
  const other = createServer((_req, res) => void res.end('<!doctype html>')).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  for (const command of [['health'], ['health', '--ready']]) {
    const { code, stderr } = await runCommand([...command, '--server', `${url}/?x`], env())
    expect([code, stderr]).toEqual([
      1,
      `mailbell: The server at ${url} is not reached: The answer is not from Mailbell; check the address.\n`,
    ])
  }
  other.close()
})

test.skipIf(!existsSync('/dev/full'))('an error that cannot be written keeps its exit code', () => {
  const full = openSync('/dev/full', 'w')
  for (const args of [['nope'], ['serve', '--port', 'x'], ['count', '--server', 'nope']])
    expect(
      spawnSync(process.execPath, [CLI_PATH, ...args], { env: { ...process.env, ...env() }, stdio: ['ignore', 'pipe', full] }).status,
    ).toBe(2)
})

test('a token that no request can carry is a usage error', async () => {
  for (const token of ['two words', 'schlüssel', 'line\nbreak']) {
    const { code, stderr } = await runCommand(['count', '--server', 'http://127.0.0.1:1', '--token', token], env())
    expect([code, stderr]).toEqual([2, expect.stringContaining('mailbell: The token has a character that no token may have')])
  }
})

test('serve takes an IPv6 address in brackets', async () => {
  const server = await serveCommand(['--port', '0', '--host', '[::1]'], env())
  expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
  expect((await runCommand(['health'], env())).code).toBe(0)
  expect(await server.end()).toBe(0)
})

test('an address that this machine does not have is reported in one line', async () => {
  for (const host of ['192.0.2.1', 'fe80::1'])
    expect(await runCommand(['serve', '--port', '0', '--host', host], env())).toMatchObject({
      code: 1,
      stderr: `mailbell: This machine has no address ${host}; choose another with --host.\n`,
    })
})

/** Runs `mailbell count` against a server that answers with these accounts. */
async function countOf(accounts: readonly object[], ...args: string[]) {
  const body = JSON.stringify({ accounts })
  const serving = createServer((_req, res) => void res.writeHead(200, { etag: '"e.1"' }).end(body)).listen(0, '127.0.0.1')
  await once(serving, 'listening')
  const address = serving.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const result = await runCommand(['count', ...args, '--server', url, '--token', 'abc'], env())
  serving.close()
  return result
}

test('no text of a server changes what the terminal shows', async () => {
  const error = { code: 'network', message: 'gone\u009b31m\u202e\u2066\u001b[2J\nor not' }
  const { code, stdout, stderr } = await countOf([{ id: 'a\u202e\u2066b', unread: 3, status: 'error', error, checkedAt: null }], '--all')
  expect([code, stdout]).toEqual([1, '3\ta b\n'])
  expect(stderr).toBe('mailbell: Out of date: ab is error (gone 31m [2J or not)\n')
})

test('the name of a token changes nothing that the terminal shows', async () => {
  writeFileSync(inFolder('mailbell.yml'), `tokens: [{ name: "a\\e[31m\\nb", hash: "sha256:${'0'.repeat(64)}", accounts: ["c\u202e"] }]`)
  expect((await mailbell('token', 'list')).stdout).toBe('a [31m b\tread\tc \n')
})

test('count names an account that is out of date', async () => {
  const stale = { unread: 1, status: 'stale', checkedAt: null }
  const named = [
    { id: 'a', label: 'Work' },
    { id: 'b', label: 'Team' },
    { id: 'c', label: 'Team' },
  ]
  const { stderr } = await countOf(named.map((account) => ({ ...account, ...stale })))
  expect(stderr.trimEnd().split('\n').slice(1)).toEqual(['Work', 'Team (b)', 'Team (c)'].map((name) => `mailbell:   ${name} is stale`))
})

test('count says on a line each which accounts are out of date, and names at most ten', async () => {
  const stale = Array.from({ length: 50 }, (_, i) => ({ id: `user${i}`, unread: 1, status: 'stale', checkedAt: null }))
  const { code, stdout, stderr } = await countOf([{ id: 'fresh', unread: 2, status: 'ok', checkedAt: null }, ...stale])
  expect([code, stdout]).toEqual([1, '52\n'])
  const lines = stderr.trimEnd().split('\n')
  expect(lines).toHaveLength(12)
  expect(lines.slice(0, 2)).toEqual(['mailbell: Out of date: 50 of 51 accounts', 'mailbell:   user0 is stale'])
  expect(lines.at(-1)).toBe('mailbell:   40 more; `mailbell status` lists them')
})
