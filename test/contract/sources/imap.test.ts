/** The contract of sources over a real Dovecot and a real Cyrus: told by NOTIFY, by IDLE here and elsewhere, and asked. */
import { randomUUID } from 'node:crypto'
import { describe } from 'vitest'
import { createImapSource } from '../../../server/sources/imap/source.ts'
import { startCyrus } from '../../helpers/cyrus.ts'
import { type DovecotServer, startDovecot } from '../../helpers/dovecot.ts'
import { startGarbage } from '../../helpers/garbage.ts'
import { connectImap, mailOf } from '../../helpers/imap-client.ts'
import { imapConfig } from '../../helpers/imap.ts'
import { needs } from '../../helpers/parts.ts'
import { type SourceFixture, sourceContract } from './suite.ts'
import { sourceContext } from '../../helpers/source-context.ts'

const HOUR_MS = 3_600_000

type ImapServer = Pick<DovecotServer, 'port' | 'password' | 'stop' | 'start' | 'close'>

async function setUnread(server: ImapServer, user: string, folder: string, unread: number): Promise<void> {
  const client = await connectImap({ port: server.port, user, password: server.password })
  try {
    await client.command(`SELECT "${folder}"`)
    const unseen = await client.search('UNSEEN')
    for (let missing = unread - unseen.length; missing > 0; missing -= 1) {
      // Cyrus takes no more than a few mails that are the same.
      await client.append(folder, mailOf('Subject: One more', `Message-ID: <${randomUUID()}@example.org>`))
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
  /** The folder whose mails are changed. */
  readonly changed: string
  readonly server?: () => Promise<ImapServer>
  /** Changes are told, so that no look needs to be asked for. */
  readonly isTold: boolean
}

async function fixtureOf(
  user: string,
  { folders, connections = 3, changed, server: startServer = startDovecot, isTold }: Setting,
): Promise<SourceFixture> {
  const server = await startServer()
  const config = imapConfig(server, { user, folders, connections, ...(isTold && { intervalMs: HOUR_MS }) })
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
    // Who wrote is read after the count is told.
    isComplete: ({ counts }) => counts?.latest?.length === counts?.unread,
    onlyKicked: isTold ? null : () => createImapSource({ ...config, intervalMs: HOUR_MS }, sourceContext),
    close: () => server.close(),
  }
}

describe.runIf(needs('dovecot'))('Dovecot', () => {
  const server = (): Promise<ImapServer> => startDovecot({ hidden: ['NOTIFY'] })
  sourceContract('INBOX, told by IDLE', () => fixtureOf('idle', { folders: ['INBOX'], changed: 'INBOX', server, isTold: true }))
  sourceContract('a folder of a glob, told by NOTIFY', () => fixtureOf('notify', { folders: ['*'], changed: 'Lists', isTold: true }))
  sourceContract('a folder that is told of on a further connection', () =>
    fixtureOf('further', { folders: ['INBOX', 'Lists'], changed: 'Lists', server, isTold: true }),
  )
  sourceContract('a folder that is asked', () =>
    fixtureOf('asked', { folders: ['INBOX', 'Lists'], connections: 1, changed: 'Lists', server, isTold: false }),
  )
})

describe.runIf(needs('cyrus'))('Cyrus', () => {
  sourceContract('INBOX, told by IDLE', () => fixtureOf('idle', { folders: ['INBOX'], changed: 'INBOX', server: startCyrus, isTold: true }))
  sourceContract('a folder that is asked', () =>
    fixtureOf('asked', { folders: ['INBOX', 'Lists'], connections: 1, changed: 'Lists', server: startCyrus, isTold: false }),
  )
})
