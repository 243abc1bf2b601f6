/** The contract of sources over a real Dovecot: pushed by IDLE in the first folder, asked for in the others. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe } from 'vitest'
import { createImapSource } from '../../../server/sources/imap.ts'
import { type DovecotServer, startDovecot } from '../../helpers/dovecot.ts'
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

/** Answers every connection with lines that are no IMAP. */
async function startGarbage(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => undefined)
    socket.end('\u0000\u0001 HTTP/1.1 418 (((( {99999999999}\r\n'.repeat(20))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

async function fixtureOf(user: string, folders: readonly string[], changed: string): Promise<SourceFixture> {
  const server = await startDovecot()
  const config = imapConfig(server, { user, folders })
  if (changed !== 'INBOX') {
    const client = await connectImap({ port: server.port, user, password: server.password })
    await client.command(`CREATE "${changed}"`)
    client.close()
  }
  const isPushed = changed === folders[0]
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
    onlyKicked: isPushed ? null : () => createImapSource({ ...config, intervalMs: HOUR_MS }),
    close: () => server.close(),
  }
}

describe.runIf(needs('dovecot'))('Dovecot', () => {
  sourceContract('the folder that is pushed', () => fixtureOf('pushed', ['INBOX'], 'INBOX'))
  sourceContract('a folder that is asked', () => fixtureOf('asked', ['INBOX', 'Lists'], 'Lists'))
})
