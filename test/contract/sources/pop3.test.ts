/** The source contract over a real Dovecot's POP3, whose maildrop was first polled while it was empty. */
import { randomUUID } from 'node:crypto'
import { describe } from 'vitest'
import type { Pop3SourceConfig } from '../../../server/sources/pop3/config.ts'
import { firstReport } from '../../../server/sources/first-report.ts'
import { createPop3Source } from '../../../server/sources/pop3/source.ts'
import { startDovecot } from '../../helpers/imap/dovecot.ts'
import { startGarbage } from '../../helpers/sources/garbage.ts'
import { needs } from '../../helpers/parts.ts'
import { deliver, fetchAway, pop3Config } from '../../helpers/sources/pop3.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { type SourceFixture, sourceContract } from './suite.ts'
import { sourceContext } from '../../helpers/sources/source-context.ts'

const HOUR_MS = 3_600_000

async function fixtureOf(): Promise<SourceFixture> {
  const server = await startDovecot({ pop3: true })
  const data = await temporaryFolder()
  /** Unseen messages. */
  let there = 0
  const source = (change: Partial<Pop3SourceConfig> = {}, password = server.password) =>
    createPop3Source(pop3Config({ port: server.pop3Port, password }, data.path, change), sourceContext)
  await firstReport(source()).catch(async (error: unknown) => {
    await server.close()
    throw error
  })
  return {
    account: 'me',
    source,
    async setUnread(unread) {
      if (unread > there)
        await deliver(
          server,
          'me',
          ...Array.from({ length: unread - there }, (_, i) => `Subject: ${i}\r\nMessage-ID: <${randomUUID()}@example.org>`),
        )
      else if (unread < there) await fetchAway(server, 'me', there - unread)
      there = unread
    },
    onAllRead() {
      there = 0
    },
    withWrongCredentials: () => source({}, 'wrong'),
    goAway: server.stop,
    comeBack: server.start,
    async withGarbage() {
      const garbage = await startGarbage()
      return { source: source({ port: garbage.port, account: 'me' }), close: garbage.close }
    },
    messageIdEnd: '@example.org',
    onlyKicked: () => source({ intervalMs: HOUR_MS }),
    async close() {
      await server.close()
      await data.remove()
    },
  }
}

describe.runIf(needs('dovecot'))('Dovecot', () => {
  sourceContract('a maildrop', fixtureOf)
})
