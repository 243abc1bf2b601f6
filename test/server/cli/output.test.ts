import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CLI_PATH, runCommand, serveCommand } from '../../helpers/cli.ts'
import { useCommands } from '../../helpers/cli-folder.ts'

const { env } = useCommands()

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

test('no text of a server changes what the terminal shows', async () => {
  const unsafe = '\u009b31m\u202e\u2066\u001b[2J'
  const id = `a\u202e\u2066b`
  const error = { code: 'network', message: `gone${unsafe}` }
  const body = JSON.stringify({ accounts: [{ id, unread: 3, status: 'error', error, checkedAt: null }] })
  const serving = createServer((_req, res) => void res.writeHead(200, { etag: '"e.1"' }).end(body)).listen(0, '127.0.0.1')
  await once(serving, 'listening')
  const address = serving.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const { code, stdout, stderr } = await runCommand(['count', '--all', '--server', url, '--token', 'abc'], env())
  serving.close()
  expect([code, stdout]).toEqual([1, '3\ta b\n'])
  expect(stderr).toBe('mailbell: Out of date: a b is error (gone 31m [2J)\n')
})
