import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImapSourceConfig } from '../../../server/sources/imap/config.ts'
import type { TryStep } from '../../../common/protocol/discovery.ts'
import { tryMailbox, type TryResult } from '../../../server/discovery/try.ts'
import { firstReport } from '../../../server/sources/first-report.ts'
import { createSource } from '../../../server/sources/kinds.ts'
import { plainFingerprint } from '../../../server/net/tls/certificate.ts'
import { freePort } from '../../helpers/programs/daemon.ts'
import { type DovecotServer, startDovecot } from '../../helpers/imap/dovecot.ts'
import { imapConfig } from '../../helpers/imap/imap.ts'
import { connectImap, rawMessage } from '../../helpers/imap/imap-client.ts'
import { needs } from '../../helpers/parts.ts'
import { sourceContext } from '../../helpers/sources/source-context.ts'

const NEVER = new AbortController().signal

describe.runIf(needs('dovecot') && needs('openssl'))('trying a mailbox', () => {
  let dovecot: DovecotServer
  beforeAll(async () => {
    dovecot = await startDovecot()
    const client = await connectImap({ port: dovecot.port, user: 'me', password: dovecot.password })
    await client.append('INBOX', rawMessage('Subject: one'))
    client.close()
  })
  afterAll(() => dovecot.close())

  async function attempt(change: Partial<ImapSourceConfig>, password?: string): Promise<{ steps: TryStep[]; result: TryResult }> {
    const steps: TryStep[] = []
    const config = imapConfig(
      { port: dovecot.tlsPort, password: dovecot.password },
      { host: 'localhost', security: 'tls', ...change },
      password,
    )
    return { result: await tryMailbox(config, sourceContext, (step) => void steps.push(step), NEVER), steps }
  }

  it.each(['tls', 'starttls'] as const)('goes through every step, and counts (%s)', async (security) => {
    const { steps, result } = await attempt({ ca: dovecot.ca, security, port: security === 'tls' ? dovecot.tlsPort : dovecot.port })
    expect(result).toEqual({ ok: true, unread: 1 })
    expect(steps).toEqual(['find', 'connect', 'certificate', 'sign-in', 'folders'])
  })

  it('reports an untrusted certificate, sends no password, and accepts it once pinned', async () => {
    const { steps, result } = await attempt({})
    expect(steps).toEqual(['find', 'connect', 'certificate'])
    if (result.ok || !result.error.certificate) throw new Error('The certificate is accepted.')
    const { fingerprint, ...shown } = result.error.certificate
    expect(fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    expect(shown).toMatchObject({ subject: 'CN=localhost', issuer: 'CN=Test authority', problem: 'unknown-authority', canPin: true })
    expect(new Date(shown.validTo).getTime()).toBeGreaterThan(Date.now())
    expect((await attempt({ pin: plainFingerprint(fingerprint) })).result).toEqual({ ok: true, unread: 1 })
    // With a pin no authority counts any more.
    const other = await attempt({ pin: '0'.repeat(64), ca: dovecot.ca })
    expect(other.result).toMatchObject({
      error: { step: 'certificate', code: 'config', certificate: { problem: 'changed', fingerprint } },
    })
  })

  it('reports a certificate for another name', async () => {
    const { result } = await attempt({ host: '127.0.0.1', ca: dovecot.ca })
    expect(result).toMatchObject({ error: { step: 'certificate', certificate: { problem: 'wrong-name', canPin: true } } })
  })

  it('counts with the source itself, which names the webmail', async () => {
    const config = imapConfig(
      { port: dovecot.tlsPort, password: dovecot.password },
      { host: 'localhost', security: 'tls', ca: dovecot.ca, webUrl: 'https://mail.example.org/' },
    )
    expect((await firstReport(await createSource(config, sourceContext), NEVER)).accounts).toMatchObject([
      { id: 'me', url: 'https://mail.example.org/' },
    ])
  })

  it('names the step that fails', async () => {
    const closed = await freePort()
    const pinned = { ca: dovecot.ca }
    expect((await attempt({ host: 'no-such-host.invalid' })).result).toMatchObject({ error: { step: 'find', code: 'network' } })
    expect((await attempt({ port: closed })).result).toMatchObject({
      error: { step: 'connect', code: 'network', message: /refuses connections/ },
    })
    expect((await attempt({ port: dovecot.port })).result).toMatchObject({
      error: { step: 'certificate', message: /does not start with TLS/ },
    })
    expect((await attempt(pinned, 'wrong')).result).toMatchObject({ error: { step: 'sign-in', code: 'auth' } })
    expect((await attempt({ ...pinned, folders: ['No such folder'] })).result).toMatchObject({ error: { step: 'folders' } })
  })

  it('waits no longer than requested', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const giveUp = new AbortController()
    const config = imapConfig(
      { port: typeof address === 'object' ? (address?.port ?? 0) : 0, password: 'x' },
      { host: '127.0.0.1', security: 'starttls' },
    )
    const onStep = (step: TryStep): void => {
      if (step === 'certificate') giveUp.abort(new DOMException('late', 'TimeoutError'))
    }
    const result = await tryMailbox(config, sourceContext, onStep, giveUp.signal)
    silent.close()
    expect(result).toMatchObject({ ok: false, error: { step: 'certificate', code: 'network', message: /does not answer in time/ } })
  })

  it('goes straight to the login over an unencrypted connection to this machine', async () => {
    const { steps, result } = await attempt({ security: 'none', host: '127.0.0.1', port: dovecot.port })
    expect([steps, result]).toEqual([['sign-in', 'folders'], { ok: true, unread: 1 }])
  })
})
