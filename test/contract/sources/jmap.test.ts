/** The source contract over JMAP: a real Cyrus, which is polled, and a fake server that pushes changes. */
import { randomUUID } from 'node:crypto'
import { describe } from 'vitest'
import { createJmapSource } from '../../../server/sources/jmap/source.ts'
import { startCyrus } from '../../helpers/imap/cyrus.ts'
import { startFakeJmap } from '../../helpers/sources/fake-jmap.ts'
import { startGarbage } from '../../helpers/sources/garbage.ts'
import { connectImap, rawMessage } from '../../helpers/imap/imap-client.ts'
import { jmapConfig } from '../../helpers/sources/jmap.ts'
import { needs } from '../../helpers/parts.ts'
import { type SourceFixture, sourceContract } from './suite.ts'
import { sourceContext } from '../../helpers/sources/source-context.ts'

const HOUR_MS = 3_600_000

async function withGarbage(): Promise<Awaited<ReturnType<SourceFixture['withGarbage']>>> {
  const garbage = await startGarbage()
  return { source: createJmapSource(jmapConfig(`http://127.0.0.1:${garbage.port}`, 'any'), sourceContext), close: garbage.close }
}

/** @param folders the last one changes. */
async function onCyrus(folders: readonly string[], changed: string): Promise<SourceFixture> {
  const server = await startCyrus()
  const { port, password } = server
  const url = `http://127.0.0.1:${server.httpPort}`
  const client = await connectImap({ port, user: 'me', password })
  if (changed !== 'INBOX') await client.command(`CREATE "${changed}"`)
  client.close()
  return {
    account: 'me',
    source: () => createJmapSource(jmapConfig(url, password, { folders }), sourceContext),
    async setUnread(unread) {
      const each = await connectImap({ port, user: 'me', password })
      await each.command(`SELECT "${changed}"`)
      const unseen = await each.search('UNSEEN')
      for (let missing = unread - unseen.length; missing > 0; missing -= 1)
        await each.append(
          changed,
          rawMessage('From: Kim <kim@example.org>', 'Subject: One more', `Message-ID: <${randomUUID()}@example.org>`),
        )
      const surplus = unseen.slice(unread)
      if (surplus.length > 0) await each.command(`UID STORE ${surplus.join(',')} +FLAGS (\\Seen)`)
      each.close()
    },
    withWrongCredentials: () => createJmapSource(jmapConfig(url, 'wrong'), sourceContext),
    goAway: server.stop,
    comeBack: server.start,
    withGarbage,
    messageIdEnd: '@example.org',
    onlyKicked: () => createJmapSource(jmapConfig(url, password, { folders, intervalMs: HOUR_MS }), sourceContext),
    close: server.close,
  }
}

async function onFake(): Promise<SourceFixture> {
  const server = await startFakeJmap()
  const source = (password = server.password) => createJmapSource(jmapConfig(server.url, password, { intervalMs: HOUR_MS }), sourceContext)
  return {
    account: 'me',
    source: () => source(),
    async setUnread(unread) {
      server.setUnread(unread)
      await Promise.resolve()
    },
    withWrongCredentials: () => source('wrong'),
    goAway: server.stop,
    comeBack: server.start,
    withGarbage,
    onlyKicked: null,
    close: server.stop,
  }
}

describe.runIf(needs('cyrus'))('Cyrus', () => {
  sourceContract('the inbox over JMAP', () => onCyrus(['\\Inbox'], 'INBOX'))
  sourceContract('one of several mailboxes over JMAP', () => onCyrus(['*'], 'Lists'))
})
describe('a server with push', () => {
  sourceContract('its stream of changes', onFake)
})
