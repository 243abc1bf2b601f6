/** The source contract over a real Dovecot and a real Cyrus: pushed by NOTIFY, pushed by IDLE on one or more connections, and polled. */
import { randomUUID } from 'node:crypto'
import { describe } from 'vitest'
import { createImapSource } from '../../../server/sources/imap/source.ts'
import { startCyrus } from '../../helpers/imap/cyrus.ts'
import { type DovecotServer, startDovecot } from '../../helpers/imap/dovecot.ts'
import { startGarbage } from '../../helpers/sources/garbage.ts'
import { connectImap, rawMessage } from '../../helpers/imap/imap-client.ts'
import { imapConfig } from '../../helpers/imap/imap.ts'
import { needs } from '../../helpers/parts.ts'
import { type SourceFixture, sourceContract } from './suite.ts'
import { sourceContext } from '../../helpers/sources/source-context.ts'

const HOUR_MS = 3_600_000

type ImapServer = Pick<DovecotServer, 'port' | 'password' | 'stop' | 'start' | 'close'>

async function setUnread(server: ImapServer, user: string, folder: string, unread: number): Promise<void> {
  const client = await connectImap({ port: server.port, user, password: server.password })
  try {
    await client.command(`SELECT "${folder}"`)
    const unseen = await client.search('UNSEEN')
    for (let missing = unread - unseen.length; missing > 0; missing -= 1) {
      // Cyrus accepts only a few identical messages.
      await client.append(folder, rawMessage('Subject: One more', `Message-ID: <${randomUUID()}@example.org>`))
    }
    const surplus = unseen.slice(unread)
    if (surplus.length > 0) await client.command(`UID STORE ${surplus.join(',')} +FLAGS (\\Seen)`)
  } finally {
    client.close()
  }
}

interface Setting {
  readonly folders: readonly string[]
  readonly connections?: number
  /** The folder whose messages change. */
  readonly changed: string
  readonly server?: () => Promise<ImapServer>
  /** The server pushes changes, so that no poll is necessary. */
  readonly isPushed: boolean
}

async function fixtureOf(
  user: string,
  { folders, connections = 3, changed, server: startServer = startDovecot, isPushed }: Setting,
): Promise<SourceFixture> {
  const server = await startServer()
  const config = imapConfig(server, { user, folders, connections, ...(isPushed && { intervalMs: HOUR_MS }) })
  if (changed !== 'INBOX') {
    const client = await connectImap({ port: server.port, user, password: server.password })
    await client.command(`CREATE "${changed}"`)
    client.close()
  }
  return {
    account: config.account,
    source: () => createImapSource(config, sourceContext),
    setUnread: (unread) => setUnread(server, user, changed, unread),
    withWrongCredentials: () => createImapSource(imapConfig(server, { user, folders }, 'wrong'), sourceContext),
    goAway: () => server.stop(),
    comeBack: () => server.start(),
    async withGarbage() {
      const garbage = await startGarbage()
      return { source: createImapSource({ ...config, port: garbage.port }, sourceContext), close: garbage.close }
    },
    messageIdEnd: '@example.org',
    // Senders are read after the count is reported.
    isComplete: ({ counts }) => counts?.latest?.length === counts?.unread,
    onlyKicked: isPushed ? null : () => createImapSource({ ...config, intervalMs: HOUR_MS }, sourceContext),
    close: () => server.close(),
  }
}

describe.runIf(needs('dovecot'))('Dovecot', () => {
  const server = (): Promise<ImapServer> => startDovecot({ hidden: ['NOTIFY'] })
  sourceContract('INBOX, pushed by IDLE', () => fixtureOf('idle', { folders: ['INBOX'], changed: 'INBOX', server, isPushed: true }))
  sourceContract('a folder of a glob, pushed by NOTIFY', () => fixtureOf('notify', { folders: ['*'], changed: 'Lists', isPushed: true }))
  sourceContract('a folder that is pushed on an additional connection', () =>
    fixtureOf('further', { folders: ['INBOX', 'Lists'], changed: 'Lists', server, isPushed: true }),
  )
  sourceContract('a polled folder', () =>
    fixtureOf('polled', { folders: ['INBOX', 'Lists'], connections: 1, changed: 'Lists', server, isPushed: false }),
  )
})

describe.runIf(needs('cyrus'))('Cyrus', () => {
  sourceContract('INBOX, pushed by IDLE', () =>
    fixtureOf('idle', { folders: ['INBOX'], changed: 'INBOX', server: startCyrus, isPushed: true }),
  )
  sourceContract('a polled folder', () =>
    fixtureOf('polled', { folders: ['INBOX', 'Lists'], connections: 1, changed: 'Lists', server: startCyrus, isPushed: false }),
  )
  sourceContract('a folder below INBOX, pushed on an additional connection', () =>
    fixtureOf('prefixed', {
      folders: ['INBOX', 'lists'],
      changed: 'INBOX.Lists',
      server: () => startCyrus({ altNamespace: false }),
      isPushed: true,
    }),
  )
})
