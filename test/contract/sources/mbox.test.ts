/** The source contract over an mbox. */
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createMboxSource } from '../../../server/sources/mbox/source.ts'
import { mboxConfig, setUnread } from '../../helpers/sources/mbox.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { type SourceFixture, sourceContract } from './suite.ts'

async function makeFixture(): Promise<SourceFixture> {
  const tmp = await temporaryFolder()
  const path = join(tmp.path, '받은편지함')
  const away = join(tmp.path, 'away')
  await writeFile(path, '')
  return {
    account: 'me',
    source: () => createMboxSource(mboxConfig(path)),
    setUnread: (unread) => setUnread(path, unread),
    withWrongCredentials: null,
    goAway: () => rename(path, away),
    comeBack: () => rename(away, path),
    async withGarbage() {
      const file = join(tmp.path, 'garbage')
      await writeFile(file, 'this is no mbox\n'.repeat(10_000))
      return { source: createMboxSource(mboxConfig(file)), close: () => Promise.resolve() }
    },
    messageIdEnd: '@example.org',
    // File events report it long before its interval.
    onlyKicked: () => createMboxSource(mboxConfig(path, { intervalMs: 3_600_000 })),
    close: () => tmp.remove(),
  }
}

sourceContract('An mbox', makeFixture)
