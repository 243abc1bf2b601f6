import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer as createPlainServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImapSourceConfig } from '../../../../server/sources/imap/config.ts'
import { firstReport } from '../../../../server/sources/first-report.ts'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { readPeerCertificate, type PeerStep } from '../../../../server/net/tls/peer.ts'
import { plainFingerprint } from '../../../../server/net/tls/certificate.ts'
import { tlsOptions } from '../../../../server/net/tls/options.ts'
import { makeCertificate } from '../../../helpers/certificate.ts'
import { type DovecotServer, startDovecot } from '../../../helpers/imap/dovecot.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { needs } from '../../../helpers/parts.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/tmp.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

const NEVER = new AbortController().signal

describe.runIf(needs('dovecot') && needs('openssl'))("a mail server's own certificate", () => {
  let dovecot: DovecotServer
  let pin: string
  beforeAll(async () => {
    dovecot = await startDovecot()
    const { certificate } = await readPeerCertificate({ host: 'localhost', port: dovecot.tlsPort, opening: 'tls' }, undefined, NEVER)
    pin = plainFingerprint(certificate.fingerprint256)
  })
  afterAll(() => dovecot.close())

  const login = (security: 'tls' | 'starttls', change: Partial<ImapSourceConfig>): Promise<unknown> =>
    firstReport(
      createImapSource(
        imapConfig({ port: security === 'tls' ? dovecot.tlsPort : dovecot.port, password: dovecot.password }, { security, ...change }),
        sourceContext,
      ),
    )

  it.each(['tls', 'starttls'] as const)('is accepted only with its pin (%s)', async (security) => {
    await expect(login(security, { host: 'localhost' })).rejects.toMatchObject({ code: 'network', message: /certificate/ })
    await login(security, { host: 'localhost', pin })
    // Exactly this certificate is meant, whatever the name by which the server is reached.
    await login(security, { host: '127.0.0.1', pin })
  })

  it.each(['tls', 'starttls'] as const)(
    'is rejected where another one is pinned, and its fingerprint is reported (%s)',
    async (security) => {
      const other = `${pin.startsWith('0') ? '1' : '0'}${pin.slice(1)}`
      const shown = pin.toUpperCase().match(/../g)?.join(':') ?? ''
      await expect(login(security, { host: 'localhost', pin: other })).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining(shown),
      })
    },
  )

  it('is read without sending anything, whether its authority is known or not, step by step', async () => {
    for (const [port, opening] of [
      [dovecot.tlsPort, 'tls'],
      [dovecot.port, 'imap-starttls'],
    ] as const) {
      const steps: PeerStep[] = []
      const unknown = await readPeerCertificate({ host: 'localhost', port, opening }, undefined, NEVER, (step) => void steps.push(step))
      expect(steps).toEqual(['find', 'connect', 'certificate'])
      expect(unknown.problem).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
      expect(plainFingerprint(unknown.certificate.fingerprint256)).toBe(pin)
      expect((await readPeerCertificate({ host: 'localhost', port, opening }, [dovecot.ca], NEVER)).problem).toBeNull()
      expect((await readPeerCertificate({ host: '127.0.0.1', port, opening }, [dovecot.ca], NEVER)).problem).toBe(
        'ERR_TLS_CERT_ALTNAME_INVALID',
      )
    }
  })
})

describe.runIf(needs('openssl'))('a certificate that changes between the check and the connection', () => {
  let folders: TemporaryFolder[]
  beforeAll(async () => {
    folders = [await temporaryFolder(), await temporaryFolder()]
    for (const { path } of folders) await makeCertificate(path)
  })
  afterAll(() => Promise.all(folders.map((folder) => folder.remove())))

  it('is not accepted', async () => {
    const [first, second] = await Promise.all(
      folders.map(async ({ path }) => ({ key: await readFile(join(path, 'key.pem')), cert: await readFile(join(path, 'cert.pem')) })),
    )
    if (!first || !second) throw new Error('There are two certificates.')
    const server = createServer(first)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const place = { host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0, opening: 'tls' } as const
    const pin = plainFingerprint(new X509Certificate(first.cert).fingerprint256)
    const options = await tlsOptions(place, { ca: undefined, pin }, NEVER)
    const reach = (): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect({ ...place, ...options }, () => resolve(String(socket.authorized)))
        socket.on('error', ({ message }) => resolve(message)).on('data', () => undefined)
      })
    expect(await reach()).toBe('true')
    server.setSecureContext(second)
    expect(await reach()).not.toBe('true')
    server.close()
  })
})

describe('a server that begins STARTTLS wrongly', () => {
  it.each([
    ['speaks another protocol', 'SSH-2.0-OpenSSH\r\n', ''],
    ['does not offer it', '* OK hello\r\n', 'm BAD unknown\r\n'],
    ['says more before TLS begins', '* OK hello\r\n', 'm OK begin\r\nm OK injected\r\n'],
    ['never ends its greeting', `* OK ${'x'.repeat(20_000)}`, ''],
    ['ends the connection', '* OK hello\r\n', null],
  ])('and %s is left', async (_what, greeting, answer) => {
    const server = createPlainServer((socket: Socket) => {
      socket.on('error', () => undefined)
      socket.write(greeting)
      socket.on('data', () => void (answer === null ? socket.destroy() : socket.write(answer)))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    await expect(readPeerCertificate({ host: '127.0.0.1', port, opening: 'imap-starttls' }, undefined, NEVER)).rejects.toMatchObject(
      answer === null ? { code: 'NoConnection' } : { tlsFailed: true },
    )
    server.close()
  })
})
