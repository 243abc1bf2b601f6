/** An account that signs in with access tokens, over a Dovecot that asks the authorization server about each. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ImapSourceConfig } from '../../../../server/sources/imap/config.ts'
import { createOAuth, type OAuth } from '../../../../server/auth/oauth/oauth.ts'
import { createTokenStore } from '../../../../server/auth/oauth/store.ts'
import { createNetwork } from '../../../../server/net/network.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { type DovecotServer, startDovecot } from '../../../helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../../../helpers/imap/imap-client.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { type AuthorizationServer, CLIENT, oauthConfig, signInAs, startAuthorizationServer } from '../../../helpers/web/oidc.ts'
import { startOnlineAccounts } from '../../../helpers/desktop/online-accounts.ts'
import { needs } from '../../../helpers/parts.ts'
import { startProxy } from '../../../helpers/web/proxy.ts'
import { startSessionBus } from '../../../helpers/desktop/session-bus.ts'
import { runSources, type RunningSources } from '../../../helpers/sources/sources.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

const HOUR_MS = 3_600_000
const never = new AbortController().signal

describe.runIf(needs('dovecot'))('an account with access tokens', () => {
  const ending: (() => Promise<void>)[] = []
  let authority: AuthorizationServer
  let dovecot: DovecotServer
  let dataDir: string
  let oauth: OAuth

  beforeEach(async () => {
    const folder = await temporaryFolder()
    ending.push(folder.remove)
    dataDir = folder.path
    oauth = createOAuth(createTokenStore(dataDir))
    authority = await startAuthorizationServer()
    ending.push(authority.stop)
    dovecot = await startDovecot({ introspection: authority.introspection })
    ending.push(dovecot.close)
  })
  afterEach(async () => {
    for (const end of ending.splice(0).toReversed()) await end()
  })

  const signIn = (user = 'me'): Promise<void> => oauth.signInHere(oauthConfig(authority), (url) => void signInAs(user, url), never)

  async function deliver(subject: string): Promise<void> {
    const client = await connectImap({ port: dovecot.port, user: 'me', password: dovecot.password })
    await client.append('INBOX', rawMessage(`Subject: ${subject}`))
    client.close()
  }

  async function run(change: Partial<ImapSourceConfig> = {}): Promise<RunningSources> {
    const accessToken = oauthConfig(authority)
    const config = imapConfig(dovecot, { password: null, accessToken, intervalMs: HOUR_MS, ...change })
    const running = await runSources([createImapSource(config, { network: createNetwork(), oauth })])
    ending.push(running.close)
    return running
  }

  /** As if the access token had ended. */
  async function expire(): Promise<void> {
    const store = createTokenStore(dataDir)
    const kept = await store.read('me', CLIENT)
    if (kept) await store.write({ ...kept, expiresAtMs: 0 })
  }

  test.runIf(needs('dbus-daemon'))('is counted with a token of GNOME Online Accounts', async () => {
    await signIn()
    await deliver('One')
    const granted = await createTokenStore(dataDir).read('me', CLIENT)
    const bus = await startSessionBus()
    ending.push(bus.close)
    const mail = { EmailAddress: 'me@gmail.com', ImapHost: 'imap.gmail.com', ImapUserName: 'me', ImapUseSsl: true }
    const token = (): string => granted?.accessToken ?? ''
    const desktop = await startOnlineAccounts(bus.address, [{ id: 'account_1', identity: 'me@gmail.com', mail, token }])
    ending.push(desktop.close)
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', bus.address)
    ending.push(async () => void vi.unstubAllEnvs())
    const { shows } = await run({ accessToken: new Secret({ desktop: 'me@gmail.com' }) })
    await shows('me', 1)
    expect(desktop.asked).toContain('account_1')
  })

  test('is counted, and its changes are pushed', async () => {
    await signIn()
    await deliver('One')
    const { shows } = await run()
    await shows('me', 1)
    await deliver('Two')
    await shows('me', 2)
  })

  test('whose token expires continues, and reconnects with a renewed one', async () => {
    await signIn()
    const proxy = await startProxy(dovecot.port)
    ending.push(proxy.close)
    const { shows, states } = await run({ port: proxy.port })
    await shows('me', 0)
    await expire()
    await deliver('While it goes on')
    await shows('me', 1)
    expect(authority.grants).toEqual(['authorization_code 200'])
    proxy.cut()
    await deliver('After the cut')
    await shows('me', 2)
    expect(authority.grants).toEqual(['authorization_code 200', 'refresh_token 200'])
    expect(states.filter(({ phase }) => phase === 'stopped')).toEqual([])
  })

  test('whose valid token is refused sends a renewed one, once', async () => {
    await signIn()
    const store = createTokenStore(dataDir)
    const kept = await store.read('me', CLIENT)
    if (kept) await store.write({ ...kept, accessToken: 'ended-before-its-time' })
    await deliver('One')
    const { shows } = await run()
    await shows('me', 1)
    expect(authority.grants).toEqual(['authorization_code 200', 'refresh_token 200'])
  })

  test('whose access was revoked waits for the user to sign in again', async () => {
    await signIn()
    const store = createTokenStore(dataDir)
    const kept = await store.read('me', CLIENT)
    await oauth.signOut(oauthConfig(authority), never)
    if (kept) await store.write({ ...kept, expiresAtMs: 0 })
    const { shows, states, collector } = await run()
    const stopped = await until(() => states.find(({ phase }) => phase === 'stopped'))
    expect(stopped).toMatchObject({ error: { code: 'auth', message: expect.stringContaining('sign in again: mailbell login me') } })
    expect(JSON.stringify(states)).not.toContain(kept?.refreshToken)
    await signIn()
    await deliver('One')
    collector.kick()
    await shows('me', 1)
  })

  test('of another user is refused; the error does not contain the token', async () => {
    await signIn('mallory')
    const { states } = await run()
    const stopped = await until(() => states.find(({ phase }) => phase === 'stopped'))
    expect(stopped).toMatchObject({ error: { code: 'auth' } })
    expect(JSON.stringify(states)).not.toContain((await createTokenStore(dataDir).read('me', CLIENT))?.accessToken)
  })

  test('waits for an unavailable authorization server', async () => {
    await signIn()
    await expire()
    await authority.stop()
    const { shows, states, collector } = await run()
    expect(await until(() => states.find(({ phase }) => phase === 'waiting'))).toMatchObject({ error: { code: 'network' } })
    await authority.start()
    collector.kick()
    await shows('me', 0)
  })

  test('can get them from a command', async () => {
    await signIn()
    const token = await oauth.accessToken(oauthConfig(authority), never)
    await deliver('One')
    const { shows } = await run({ accessToken: new Secret({ command: [process.execPath, '-p', JSON.stringify(token)] }) })
    await shows('me', 1)
  })
})
