import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CLI_PATH, runCommand } from '../../../helpers/cli.ts'
import { type DovecotServer, startDovecot } from '../../../helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../../../helpers/imap/imap-client.ts'
import { needs, pathOf } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'

const ADDRESS = 'kim@example.org'

describe.runIf(needs('dovecot') && needs('openssl'))('mailbell add, with a server whose certificate is self-signed', () => {
  let dovecot: DovecotServer
  let folder: string
  beforeAll(async () => {
    dovecot = await startDovecot({ pop3: true })
    const client = await connectImap({ port: dovecot.port, user: ADDRESS, password: dovecot.password })
    await client.append('INBOX', rawMessage('Subject: one'))
    client.close()
  })
  afterAll(() => dovecot.close())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailbell-add-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const env = () => ({ MAILBELL_DATA_DIR: folder, MAILBELL_CONFIG: '', KIM_PASSWORD: dovecot.password, WRONG: 'wrong' })
  const mailbell = (...args: string[]) => runCommand(args, env())
  const place = () => ['--host', 'localhost', '--port', String(dovecot.tlsPort)]

  test('shows the certificate, accepts it once it is pinned, and writes a config that counts', async () => {
    const refused = await mailbell('add', ADDRESS, ...place(), '--password-env', 'KIM_PASSWORD')
    expect(refused.code).toBe(1)
    const [, pin = ''] = /--pin (\S+)/.exec(refused.stderr) ?? []
    expect(pin).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    expect(readdirSync(folder)).toEqual([])

    const wrong = await mailbell('add', ADDRESS, ...place(), '--password-env', 'WRONG', '--pin', pin)
    expect([wrong.code, wrong.stdout]).toEqual([1, expect.stringMatching(/^ok {6}check its certificate\nfailed {2}sign in: /m)])

    const added = await mailbell('add', ADDRESS, ...place(), '--password-env', 'KIM_PASSWORD', '--pin', pin)
    expect([added.code, added.stderr]).toEqual([0, ''])
    expect(added.stdout).toMatch(
      /^ok {6}find the server\nok {6}connect\nok {6}check its certificate\nok {6}sign in\nok {6}count the folders: 1 unread$/m,
    )
    expect((await mailbell('check')).stdout).toContain(`ok      ${ADDRESS}: 1 account, 1 unread`)
  })

  test.each([
    ['tls', 'pop3TlsPort'],
    ['starttls', 'pop3Port'],
  ] as const)('adds a POP3 mailbox (%s)', async (security, port) => {
    const how = ['--host', 'localhost', '--protocol', 'pop3', '--security', security, '--port', String(dovecot[port])]
    const refused = await mailbell('add', ADDRESS, ...how, '--password-env', 'KIM_PASSWORD')
    const [, pin = ''] = /--pin (\S+)/.exec(refused.stderr) ?? []
    const added = await mailbell('add', ADDRESS, ...how, '--password-env', 'KIM_PASSWORD', '--pin', pin)
    expect([added.code, added.stderr]).toEqual([0, ''])
    expect(added.stdout).toMatch(/^ok {6}sign in\nok {6}count the folders: \d unread$/m)
    expect(readFileSync(join(folder, 'mailbell.yml'), 'utf8')).toContain('type: pop3')
  })

  test.runIf(needs('script'))('prompts for the password without showing it', async () => {
    const args = [CLI_PATH, 'add', ADDRESS, ...place()]
    const child = spawn(pathOf('script'), ['-qec', [process.execPath, ...args].map((word) => `'${word}'`).join(' '), '/dev/null'], {
      env: { ...process.env, ...env() },
      stdio: 'pipe',
    })
    let shown = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text))
    const exited = once(child, 'exit')
    await until(() => shown.includes('Password: '))
    child.stdin.write(`${dovecot.password}\r`)
    await until(() => shown.includes('[y/N]'))
    child.stdin.write('y\r')
    expect((await exited)[0]).toBe(0)
    child.stdin.end()
    expect(shown).toContain(`Added ${ADDRESS} to`)
    expect(shown).not.toContain(dovecot.password)
    const [name = ''] = readdirSync(join(folder, 'secrets'))
    expect(readFileSync(join(folder, 'secrets', name), 'utf8')).toBe(`${dovecot.password}\n`)
    expect((await mailbell('check')).code).toBe(0)
  })

  test.each([[['add']], [['add', 'kim']], [['add', ADDRESS, '--port', '0']], [['add', ADDRESS, '--security', 'none']]])(
    '%j is a usage error',
    async (args) => {
      expect((await mailbell(...args)).code).toBe(2)
    },
  )
})
