/** The source contract over a Maildir: the top folder, and a nested folder. */
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createMaildirSource } from '../../../server/sources/maildir/source.ts'
import { maildirConfig, maildirFolder, setUnread } from '../../helpers/sources/maildir.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { type SourceFixture, sourceContract } from './suite.ts'

async function fixtureOf(folders: readonly string[], changed: string): Promise<SourceFixture> {
  const tmp = await temporaryFolder()
  const path = join(tmp.path, 'Maildir')
  const away = join(tmp.path, 'away')
  await maildirFolder(path)
  const folder = await maildirFolder(join(path, changed))
  return {
    account: 'me',
    source: () => createMaildirSource(maildirConfig(path, { folders })),
    setUnread: (unread) => setUnread(folder, unread),
    withWrongCredentials: null,
    goAway: () => rename(path, away),
    comeBack: () => rename(away, path),
    async withGarbage() {
      const file = join(tmp.path, 'garbage')
      await writeFile(file, 'this is no Maildir')
      return { source: createMaildirSource(maildirConfig(file)), close: () => Promise.resolve() }
    },
    messageIdEnd: '@example.org',
    // File events report it long before its interval.
    onlyKicked: () => createMaildirSource(maildirConfig(path, { folders, intervalMs: 3_600_000 })),
    close: () => tmp.remove(),
  }
}

sourceContract('Maildir', () => fixtureOf(['INBOX'], '.'))
sourceContract('A folder of a Maildir', () => fixtureOf(['INBOX', '목록/*'], '.&uqm4XQ-.&rBy8HA-'))
