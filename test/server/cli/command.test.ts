import { once } from 'node:events'
import { createServer } from 'node:http'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test, vi } from 'vitest'
import { runCommand } from '../../helpers/cli.ts'
import { useCommands } from '../../helpers/cli-folder.ts'
import { until } from '../../helpers/until.ts'

const { env, inFolder, mailbell, serve, start } = useCommands()
const watch = (...args: string[]) => start('watch', ...args)

test('a second shell finds the running server and sees a delivery, and the server cleans up when it ends', async () => {
  const server = await serve('--demo')
  const run = inFolder('run.json')
  if (process.platform !== 'win32') expect(statSync(run).mode & 0o777).toBe(0o600)
  await until(async () => (await mailbell('count')).stdout === '2\n')
  const text = watch()
  const json = watch('--format', 'json')
  await until(() => text.stdout().includes('demo 2 unread') && json.stdout().includes('"unread":2'))
  expect(await mailbell('deliver', 'demo', '--subject', 'Hi')).toEqual({ code: 0, stdout: '', stderr: '' })
  await until(() => /^\d\d:\d\d:\d\d demo 3 unread$/m.test(text.stdout()) && json.stdout().includes('"unread":3'))
  expect((await mailbell('count', '--all')).stdout).toBe('3\tdemo\n')
  expect(await text.end()).toBe(0)
  expect(await server.end()).toBe(0)
  expect(existsSync(run)).toBe(false)
  const { code, stderr } = await mailbell('count')
  expect([code, stderr]).toEqual([1, expect.stringContaining('No server runs')])
})

test('a taken port is reported in one line, which says if Mailbell has it', async () => {
  const taken = (port: string) => runCommand(['serve', '--port', port], { ...env(), MAILBELL_DATA_DIR: inFolder('other') })
  const { url } = await serve()
  const { code, stderr } = await taken(new URL(url).port)
  expect(code).toBe(1)
  expect(stderr.trim()).toMatch(/^mailbell: Port \d+ of 127\.0\.0\.1 is taken by another Mailbell server; .*$/)
  const other = createServer((_, res) => void res.end('ok')).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  expect((await taken(String(typeof address === 'object' && address?.port))).stderr).toContain('is taken by another program')
  other.close()
})

test('a second server on a data directory refuses and names the first, until that one ends or is killed', async () => {
  const first = await serve()
  const { code, stderr } = await mailbell('serve', '--port', '0')
  expect([code, stderr.trim()]).toEqual([
    1,
    `mailbell: A Mailbell server (process ${first.child.pid}) already runs at ${first.url} with the data directory ${inFolder()}; stop it, or set MAILBELL_DATA_DIR to another directory.`,
  ])
  await first.end('SIGKILL')
  const second = await serve()
  // One that starts while another ends waits for it.
  const ended = second.end()
  await serve()
  expect(await ended).toBe(0)
})

test('a lock file that another program has written to still locks', async () => {
  writeFileSync(inFolder('server.lock'), '4711\n'.repeat(100))
  await serve()
  const { code, stderr } = await mailbell('serve', '--port', '0')
  expect([code, stderr]).toEqual([1, expect.stringContaining('already runs at')])
})

test('a second start that opens the page opens that of the first, unless it asks for another server', async () => {
  const { url } = await serve()
  const second = (args: readonly string[] = [], more = {}) =>
    runCommand(['serve', '--open', ...args], { ...env(), MAILBELL_NO_BROWSER: 'true', ...more })
  const opened = [0, expect.stringMatching(new RegExp(`already runs .*\n${url}/#code=[\\w-]{24}\n$`))]
  // As Kubernetes sets it.
  for (const { code, stdout } of [await second(), await second([], { MAILBELL_PORT: 'tcp://10.0.0.1:6245' })])
    expect([code, stdout]).toEqual(opened)
  writeFileSync(inFolder('other.yml'), '')
  for (const { code, stderr } of [
    await second(['--demo']),
    await second([], { MAILBELL_CONFIG: inFolder('other.yml') }),
    await second([], { MAILBELL_PORT: '0' }),
    await second([], { MAILBELL_HOST: '127.0.0.1' }),
  ])
    expect([code, stderr]).toEqual([1, expect.stringContaining('already runs at')])
})

test('a start that opens the page is the first if a process has the number of a server that was killed', async () => {
  writeFileSync(inFolder('mailbell.yml'), 'server: { port: 0 }\n')
  writeFileSync(inFolder('run.json'), JSON.stringify({ pid: process.pid, url: 'http://127.0.0.1:1', token: 'a'.repeat(43) }))
  vi.stubEnv('MAILBELL_NO_BROWSER', 'true')
  const first = start('serve', '--open')
  vi.unstubAllEnvs()
  await until(() => first.stdout().startsWith('Mailbell is at ') || first.child.exitCode !== null)
  expect([first.child.exitCode, first.stderr()]).toEqual([null, ''])
})

test('the URL of the page is accepted as the server, and no message shows its token', async () => {
  const { url } = await serve('--demo')
  const { token } = JSON.parse(readFileSync(inFolder('run.json'), 'utf8'))
  await until(async () => (await mailbell('count', '--server', `${url}/#token=${token}`)).stdout === '2\n')
  const wrong = await mailbell('count', '--server', `${url}/nothing-here/#token=${token}`)
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('nothing-here')])
  expect(wrong.stderr).not.toContain(token)
})

test('an invalid token is reported, and ends the watch', async () => {
  const { url } = await serve()
  const { code, stderr } = await mailbell('watch', '--server', url, '--token', 'wrong')
  expect([code, stderr]).toEqual([1, expect.stringContaining('does not accept the token')])
})

test.each([[['serv']], [['watch', '--format', 'xml']], [['serve', '--port', 'x']], [['token', 'create']]])(
  '%j is a usage error',
  async (args) => {
    const { code, stderr } = await mailbell(...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: /)
  },
)

test('a created token fits into the config, is listed and revoked, and comments stay', async () => {
  const made = await mailbell('token', 'create', '--name', 'desk', '--accounts', 'a,b', '--scope', 'read', 'act')
  const line = made.stdout.split('\n').find((text) => text.startsWith('  - '))
  const config = inFolder('mailbell.yml')
  writeFileSync(config, `# mine\ntokens: # all\n${line}\n  - { name: other, secret: { env: X }, accounts: "*" }\n`)
  expect((await mailbell('token', 'list')).stdout).toBe('desk\tread,act\ta,b\nother\tread\t*\n')
  expect((await mailbell('token', 'revoke', 'desk')).code).toBe(0)
  expect(readFileSync(config, 'utf8')).toMatch(/^# mine\ntokens:\s+# all\n/)
  expect((await mailbell('token', 'list')).stdout).toBe('other\tread\t*\n')
  expect((await mailbell('token', 'revoke', 'desk')).code).toBe(1)
})

test.each([
  [['--scope', 'read,act'], '[read, act]'],
  [['--scope', 'act', 'read'], '[read, act]'],
  [['--scope', 'collect', '--scope', 'read, act'], '[read, collect, act]'],
  [['--scope', 'collect'], 'collect'],
  [[], 'read'],
])('token create takes the scopes %j', async (args, scope) => {
  const { code, stdout } = await mailbell('token', 'create', '--name', 'desk', '--accounts', 'a', ...args)
  expect([code, stdout]).toEqual([0, expect.stringContaining(`, scope: ${scope}, accounts: `)])
})

test.each(['read,write', '', 'read,'])('the scope %j is a usage error', async (scope) => {
  const { code, stderr } = await mailbell('token', 'create', '--name', 'desk', '--accounts', 'a', '--scope', scope)
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: .* It must be one or several of read, collect, act/)])
})

test('read and deliver name the demo accounts if there is no such account', async () => {
  const only = 'mailbell: The demo mailbox has no account "nosuch", only demo'
  expect(await mailbell('read', 'nosuch')).toEqual({ code: 1, stdout: '', stderr: `${only}.\n` })
  expect(await mailbell('deliver', 'nosuch')).toEqual({ code: 1, stdout: '', stderr: `${only}; to create it, add --create.\n` })
  expect((await mailbell('deliver', 'nosuch', '--create')).code).toBe(0)
  expect((await mailbell('deliver', 'nosuch')).code).toBe(0)
  expect((await mailbell('read', 'nosuch')).code).toBe(0)
  expect((await mailbell('read', 'other')).stderr).toContain(', only demo, nosuch.')
})

test('check names rows, directories and folders that cannot be counted', async () => {
  const rows = [{ id: 'kim', unread: 1, latest: {} }, { id: 'lee', unread: 'x' }, { unread: 3 }]
  writeFileSync(inFolder('rows.mjs'), `console.log(${JSON.stringify(JSON.stringify(rows))})`)
  for (const path of ['counts/alice/2', 'counts/bob/two', 'mail/cur/1.a:2,', 'mail/new/2.b']) {
    mkdirSync(inFolder(dirname(path)), { recursive: true })
    writeFileSync(inFolder(path), '')
  }
  writeFileSync(
    inFolder('mailbell.yml'),
    `sources:
  - { type: command, name: rows, command: ["${process.execPath}", rows.mjs] }
  - { type: countdir, name: counts, path: counts }
  - { type: maildir, name: mail, account: park, path: mail, folders: [INBOX, Nowhere] }
`,
  )
  const { code, stdout } = await mailbell('check')
  expect(code).toBe(0)
  expect(stdout).toContain(
    'rows: 1 account, 1 unread; lee is unreadable: unread is not valid; kim: its latest is not a JSON list of messages; row 3: its id is missing or not valid',
  )
  expect(stdout).toContain('counts: 1 account, 2 unread; bob is unreadable: the file in its directory is not named by a whole number')
  expect(stdout).toContain('mailbell.yml: 3 sources, 0 tokens')
  expect(stdout).toContain('mail: 1 account, 2 unread; folder does not exist; the others are counted (folder: Nowhere)')
})

test('check warns about blanks around a secret', async () => {
  const program = JSON.stringify(['sh', '-c', 'echo 3'])
  writeFileSync(inFolder('padded'), 'a secret \n')
  writeFileSync(inFolder('exact'), 'a secret\n')
  writeFileSync(
    inFolder('mailbell.yml'),
    `sources: [{ type: command, account: kim, command: ${program}, env: { PASSWORD: { file: padded }, OTHER: { file: exact } } }]`,
  )
  const { code, stdout } = await mailbell('check')
  expect(code).toBe(0)
  expect(stdout).toContain('mailbell.yml: 1 source, 0 tokens')
  expect(stdout).toContain('ok      kim: 1 account, 3 unread')
  expect(stdout.match(/^warning .*$/gm)).toEqual([
    `warning kim: The secret from the file ${inFolder('padded')} has blanks around it; remove them if they are not part of it.`,
  ])
  expect(stdout).not.toContain('a secret')
})

test('check tries every source, and prints a line for each', async () => {
  const path = inFolder('mail.sqlite')
  const database = new DatabaseSync(path)
  database.exec("CREATE TABLE mail (id TEXT, unread INTEGER); INSERT INTO mail VALUES ('a', 3), ('b', 4)")
  database.close()
  const source = (name: string, table: string) => `  - { type: sql, name: ${name}, url: "sqlite:${path}", query: SELECT * FROM ${table} }\n`
  writeFileSync(inFolder('mailbell.yml'), `sources:\n${source('good', 'mail')}`)
  expect(await mailbell('check')).toMatchObject({ code: 0, stdout: expect.stringContaining('ok      good: 2 accounts, 7 unread') })
  writeFileSync(inFolder('mailbell.yml'), `sources:\n${source('good', 'mail')}${source('bad', 'nothing')}`)
  expect(await mailbell('check')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^failed {2}bad: /m) })
})
