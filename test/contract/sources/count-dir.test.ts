/** The source contract over a directory of counts. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCountDirSource } from '../../../server/sources/count-dir/source.ts'
import { countDirConfig, writeCount } from '../../helpers/sources/count-dir.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { type SourceFixture, sourceContract } from './suite.ts'

async function makeFixture(): Promise<SourceFixture> {
  const tmp = await temporaryFolder()
  const path = join(tmp.path, 'counts')
  const away = join(tmp.path, 'away')
  await mkdir(path)
  return {
    account: '김철수@example.org',
    source: () => createCountDirSource(countDirConfig(path)),
    setUnread: (unread) => writeCount(path, '김철수@example.org', unread),
    withWrongCredentials: null,
    goAway: () => rename(path, away),
    comeBack: () => rename(away, path),
    async withGarbage() {
      const file = join(tmp.path, 'garbage')
      await writeFile(file, 'this is no directory')
      return { source: createCountDirSource(countDirConfig(file)), close: () => Promise.resolve() }
    },
    // File events report it long before its interval.
    onlyKicked: () => createCountDirSource(countDirConfig(path, { intervalMs: 3_600_000 })),
    close: () => tmp.remove(),
  }
}

sourceContract('A directory of counts', makeFixture)
