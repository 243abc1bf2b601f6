/** `mailbell login` and `mailbell logout`, as a person types them, while a server runs. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCommand, serveCommand, startCommand } from '../../helpers/cli.ts'
import { type DovecotServer, startDovecot } from '../../helpers/imap/dovecot.ts'
import { type AuthorizationServer, CLIENT, signInAs, startAuthorizationServer } from '../../helpers/web/oidc.ts'
import { needs } from '../../helpers/parts.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { until } from '../../helpers/until.ts'

describe.runIf(needs('dovecot'))('mailbell login and logout', () => {
  const ending: (() => Promise<unknown>)[] = []
  let authority: AuthorizationServer
  let dovecot: DovecotServer
  let config: string
  let env: Readonly<Record<string, string>>

  beforeEach(async () => {
    const folder = await temporaryFolder()
    ending.push(folder.remove)
    authority = await startAuthorizationServer()
    ending.push(authority.stop)
    dovecot = await startDovecot({ introspection: authority.introspection })
    ending.push(dovecot.close)
    config = join(folder.path, 'mailbell.yml')
    env = { MAILBELL_DATA_DIR: folder.path, MAILBELL_NO_BROWSER: '1', PASSWORD: dovecot.password }
    await writeFile(
      config,
      `server: { port: 0 }
sources:
  - type: imap
    account: me
    label: Mine
    host: 127.0.0.1
    port: ${dovecot.port}
    security: none
    user: me
    oauth: { issuer: '${authority.issuer}', clientId: ${CLIENT}, scopes: [openid, offline_access, mail] }
  - { type: imap, account: other, host: 127.0.0.1, port: ${dovecot.port}, security: none, user: other, password: { env: PASSWORD } }
`,
    )
  })
  afterEach(async () => {
    for (const end of ending.splice(0).toReversed()) await end()
  })

  /** Signs in with a browser on this machine. */
  async function login(account = 'me'): Promise<string> {
    const command = startCommand(['login', account, '--config', config], env)
    ending.push(() => command.end('SIGKILL'))
    const [url] = await until(() => /^http\S+$/m.exec(command.stdout()))
    await signInAs('me', url)
    await until(() => command.child.exitCode !== null)
    expect(command.stderr()).toBe('')
    return command.stdout()
  }

  test('a server that waits for a sign-in continues once it is done', async () => {
    const server = await serveCommand(['--config', config], env)
    ending.push(() => server.end())
    const account = async (): Promise<Record<string, unknown>> => {
      const answer = await fetch(`${server.url}/v1/accounts/me`, { headers: { Authorization: `Bearer ${server.token}` } })
      return (await answer.json()) as Record<string, unknown>
    }
    await until(async () => (await account())['status'] === 'error')
    expect(await account()).toMatchObject({ error: { code: 'auth', message: expect.stringContaining('mailbell login me') } })
    expect(await login('Mine')).toContain('Signed in as Mine.')
    await until(async () => (await account())['status'] === 'ok')
    expect(await account()).toMatchObject({ unread: 0 })
  })

  test('--device signs in with a code on another device', async () => {
    const command = startCommand(['login', 'me', '--device', '--config', config], env)
    ending.push(() => command.end('SIGKILL'))
    const [, url = '', code = ''] = await until(() => /Open (\S+) on any device, and enter the code: (\S+)/.exec(command.stdout()))
    await signInAs('me', url, { code })
    await until(() => command.child.exitCode !== null, 20_000)
    expect(command.stdout()).toContain('Signed in as Mine.')
    expect(await runCommand(['check', '--config', config], env)).toMatchObject({ code: 0 })
  })

  test('logout deletes the access', async () => {
    await login()
    expect(await runCommand(['logout', 'me', '--config', config], env)).toMatchObject({ code: 0, stdout: 'Signed out of Mine.\n' })
    expect((await runCommand(['logout', 'Mine', '--config', config], env)).stdout).toBe('Not signed in as Mine.\n')
  })

  test.each([
    ['nobody', 'has no account nobody'],
    ['other', 'The account other has no oauth'],
  ])('%s cannot sign in, with a reason', async (account, words) => {
    const { code, stderr } = await runCommand(['login', account, '--config', config], env)
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  })
})
