/** The contract of sources over a real Dovecot: told by NOTIFY, by IDLE here and on a further connection, and asked. */
import { describe } from 'vitest'
import { createImapSource } from '../../../server/sources/imap.ts'
import { type DovecotServer, startDovecot } from '../../helpers/dovecot.ts'
import { startGarbage } from '../../helpers/garbage.ts'
import { connectImap, mailOf } from '../../helpers/imap-client.ts'
import { imapConfig } from '../../helpers/imap.ts'
import { needs } from '../../helpers/parts.ts'
import { type SourceFixture, sourceContract } from './suite.ts'

const HOUR_MS = 3_600_000

async function setUnread(server: DovecotServer, user: string, folder: string, unread: number): Promise<void> {
  const client = await connectImap({ port: server.port, user, password: server.password })
  try {
    await client.command(`SELECT "${folder}"`)
    const unseen = await client.search('UNSEEN')
    for (let missing = unread - unseen.length; missing > 0; missing -= 1) await client.append(folder, mailOf('Subject: One more'))
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
  /** Capabilities that the server does not own up to. */
  readonly hidden?: readonly string[]
  /** Changes are told, so that no look needs to be asked for. */
  readonly isTold: boolean
}

async function fixtureOf(user: string, { folders, connections = 3, changed, hidden = [], isTold }: Setting): Promise<SourceFixture> {
  const server = await startDovecot({ hidden })
  const config = imapConfig(server, { user, folders, connections, ...(isTold && { intervalMs: HOUR_MS }) })
  if (changed !== 'INBOX') {
    const client = await connectImap({ port: server.port, user, password: server.password })
    await client.command(`CREATE "${changed}"`)
    client.close()
  }
  return {
    account: config.account,
    source: () => createImapSource(config),
    setUnread: (unread) => setUnread(server, user, changed, unread),
    withWrongCredentials: () => createImapSource(imapConfig(server, { user, folders }, 'wrong')),
    goAway: () => server.stop(),
    comeBack: () => server.start(),
    async withGarbage() {
      const garbage = await startGarbage()
      return { source: createImapSource({ ...config, port: garbage.port }), close: garbage.close }
    },
    // Who wrote is read after the count is told.
    isComplete: ({ counts }) => counts?.latest?.length === counts?.unread,
    onlyKicked: isTold ? null : () => createImapSource({ ...config, intervalMs: HOUR_MS }),
    close: () => server.close(),
  }
}

describe.runIf(needs('dovecot'))('Dovecot', () => {
  const NO_NOTIFY = ['NOTIFY']
  sourceContract('INBOX, told by IDLE', () => fixtureOf('idle', { folders: ['INBOX'], changed: 'INBOX', hidden: NO_NOTIFY, isTold: true }))
  sourceContract('a folder of a glob, told by NOTIFY', () => fixtureOf('notify', { folders: ['*'], changed: 'Lists', isTold: true }))
  sourceContract('a folder that is told of on a further connection', () =>
    fixtureOf('further', { folders: ['INBOX', 'Lists'], changed: 'Lists', hidden: NO_NOTIFY, isTold: true }),
  )
  sourceContract('a folder that is asked', () =>
    fixtureOf('asked', { folders: ['INBOX', 'Lists'], connections: 1, changed: 'Lists', hidden: NO_NOTIFY, isTold: false }),
  )
})
