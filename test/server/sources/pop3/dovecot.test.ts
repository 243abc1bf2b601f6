/** A real Dovecot, changed by an independent IMAP client. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ActionOutcome } from '../../../../server/sources/source.ts'
import type { Pop3SourceConfig } from '../../../../server/sources/pop3/config.ts'
import type { Message } from '../../../../common/protocol/wire.ts'
import { createPop3Source } from '../../../../server/sources/pop3/source.ts'
import { readPeerCertificate } from '../../../../server/net/tls/peer.ts'
import { plainFingerprint } from '../../../../server/net/tls/certificate.ts'
import { type DovecotServer, startDovecot } from '../../../helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../../../helpers/imap/imap-client.ts'
import { needs } from '../../../helpers/parts.ts'
import { deliver, pop3Config } from '../../../helpers/sources/pop3.ts'
import { startProxy } from '../../../helpers/web/proxy.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'
import { createRandom } from '../../../truth/random.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

describe.runIf(needs('dovecot'))('Dovecot', () => {
  let server: DovecotServer
  let data: TemporaryFolder
  let running: RunningSources | null = null

  beforeAll(async () => {
    server = await startDovecot({ pop3: true })
    data = await temporaryFolder()
  })
  afterEach(async () => {
    await running?.close()
    running = null
  })
  afterAll(async () => {
    await server.close()
    await data.remove()
  })

  async function start(change: Partial<Pop3SourceConfig>): Promise<RunningSources> {
    const port = change.security === 'tls' ? server.pop3TlsPort : server.pop3Port
    running = await runSources([createPop3Source(pop3Config({ port, password: server.password }, data.path, change), sourceContext)])
    return running
  }

  const errorOf = ({ states }: RunningSources) =>
    until(() => {
      const state = states.find(({ phase }) => phase === 'waiting' || phase === 'stopped')
      return state && 'error' in state ? state.error : null
    })

  test('reports senders and subjects of new messages, in Korean and Japanese', async () => {
    const user = 'letters'
    const sources = await start({ user })
    await sources.shows('me', 0)
    await deliver(
      server,
      user,
      'From: =?EUC-KR?B?sei/tQ==?= <kim@example.org>\r\nSubject: =?UTF-8?B?7ZqM7J2Y?=\r\nDate: Thu, 1 Jan 2026 18:00:00 +0900\r\nMessage-ID:\r\n <a/b+c=@example.org>',
      'From: sato@example.org\r\nSubject: =?ISO-2022-JP?B?GyRCMnE1RBsoQg==?=',
    )
    await sources.shows('me', 2)
    expect(sources.board.get('me')?.counts?.latest).toEqual([
      { id: expect.any(String), from: 'sato@example.org', subject: '会議', date: undefined },
      {
        id: expect.any(String),
        from: '김영 <kim@example.org>',
        subject: '회의',
        date: '2026-01-01T09:00:00.000Z',
        messageId: 'a/b+c=@example.org',
      },
    ])
  })

  test('deletes the requested message and no other', async () => {
    const user = 'deleting'
    const sources = await start({ user })
    await sources.shows('me', 0)
    await deliver(server, user, 'Subject: A', 'Subject: B')
    await sources.shows('me', 2)
    const message = sources.board.get('me')?.counts?.latest?.find(({ subject }) => subject === 'A')?.id ?? ''
    expect(await sources.collector.act({ account: 'me', message, action: 'delete' })).toEqual({ kind: 'done' })
    const client = await connectImap({ port: server.port, user, password: server.password })
    await client.command('SELECT INBOX')
    expect(await client.search('ALL')).toHaveLength(1)
    expect(await client.search('SUBJECT B')).toHaveLength(1)
    client.close()
    await sources.shows('me', 1)
  })

  test('is right after each of a hundred random changes', async () => {
    const user = 'truth'
    const sources = await start({ user, intervalMs: 10 })
    await sources.shows('me', 0)
    const client = await connectImap({ port: server.port, user, password: server.password })
    const unread = new Set<number>()
    const latest = (): readonly Message[] => sources.board.get('me')?.counts?.latest ?? []
    const act = (action: 'read' | 'delete', subject: string): Promise<ActionOutcome> => {
      const message = latest().find((mail) => mail.subject === subject)?.id ?? ''
      return sources.collector.act({ account: 'me', message, action })
    }
    const random = createRandom(7)
    for (let i = 0; i < 100; i++) {
      const [newest] = [...unread].toSorted((a, b) => b - a)
      const step = newest === undefined ? 0 : random(6)
      if (step < 2) {
        await client.append('INBOX', rawMessage(`Subject: ${i}`))
        unread.add(i)
      } else if (step === 2) {
        await client.command('SELECT INBOX')
        const [gone] = [...unread].slice(random(unread.size))
        await client.command(`UID STORE ${(await client.search(`SUBJECT ${gone}`)).join(',')} +FLAGS (\\Deleted)`)
        await client.command('EXPUNGE')
        for (const one of unread) if (String(one).includes(String(gone))) unread.delete(one)
      } else if (step === 3) {
        // What another program has shown is not known here.
        await client.command('SELECT INBOX')
        await client.command('UID STORE 1:* +FLAGS (\\Seen)')
      } else {
        expect(await act(step === 4 ? 'read' : 'delete', String(newest))).toEqual({ kind: 'done' })
        if (newest !== undefined) unread.delete(newest)
      }
      const wanted = [...unread].toSorted((a, b) => b - a).slice(0, 10)
      await until(() => {
        const entry = sources.board.get('me')
        return (
          entry?.status === 'ok' &&
          entry.counts?.unread === unread.size &&
          latest()
            .map(({ subject }) => Number(subject))
            .join() === wanted.join()
        )
      })
    }
    client.close()
  }, 60_000)

  test('works over TLS and STARTTLS, where its certificate is trusted or pinned', async () => {
    const user = 'secure'
    for (const security of ['tls', 'starttls'] as const) {
      const untrusted = await start({ user, security, host: 'localhost' })
      expect((await errorOf(untrusted)).message).toContain('comes from an authority that this system does not know')
      await untrusted.close()
      const trusted = await start({ user, security, host: 'localhost', ca: server.ca })
      await trusted.shows('me', 0)
      await trusted.close()
      const place = { host: '127.0.0.1', port: server.pop3TlsPort, opening: 'tls' } as const
      const { certificate } = await readPeerCertificate(place, undefined, AbortSignal.timeout(10_000))
      const pinned = await start({ user, security, pin: plainFingerprint(certificate.fingerprint256) })
      await pinned.shows('me', 0)
      await pinned.close()
    }
  })

  test('with the mailbox open for another program is retried, with its pause between two polls', async () => {
    const user = 'locked'
    const sources = await start({ user, intervalMs: 3_600_000 })
    await sources.shows('me', 0)
    const other = await openSession(server, user)
    // It could not lock the mailbox if another session still did.
    sources.collector.kick()
    await until(() => sources.board.get('me')?.status === 'stale', 40_000)
    expect(sources.board.get('me')?.error?.code).toBe('rate')
    other.destroy()
    await until(() => {
      sources.collector.kick()
      return sources.board.get('me')?.status === 'ok'
    })
  }, 60_000)

  test('behind a silently dead network does not delay the close', async () => {
    const proxy = await startProxy(server.pop3Port)
    const closing = new AbortController()
    const source = createPop3Source(
      pop3Config({ port: proxy.port, password: server.password }, data.path, { user: 'silent', intervalMs: 1 }),
      sourceContext,
    )
    const reported = Promise.withResolvers<void>()
    const ended = source.run({
      signal: closing.signal,
      async report() {
        proxy.swallow()
        reported.resolve()
      },
      onKick: () => () => undefined,
      work: (task) => task(),
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
    })
    await reported.promise
    closing.abort()
    await expect(ended).rejects.toThrow()
    await proxy.close()
  })
})

/** Logs in as another program does, and stays. */
async function openSession({ pop3Port, password }: DovecotServer, user: string): Promise<Socket> {
  const socket = connect(pop3Port, '127.0.0.1')
  socket.setEncoding('latin1')
  for (const command of [`USER ${user}`, `PASS ${password}`, 'STAT']) {
    const [answer] = await once(socket, 'data')
    expect(answer).toMatch(/^\+OK/)
    socket.write(`${command}\r\n`)
  }
  expect(String((await once(socket, 'data'))[0])).toMatch(/^\+OK/)
  return socket
}
