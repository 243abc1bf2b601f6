import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../../server/config/load.ts'
import { openAccountsFile } from '../../../server/manage/accounts-file.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'

const OWN = 'secrets/0123456789abcdef01234567'
let folder: TemporaryFolder

beforeEach(async () => {
  folder = await temporaryFolder()
  await mkdir(join(folder.path, 'secrets'))
})
afterEach(() => folder.remove())

const imap = (account: string, file: string): string =>
  `  - { type: imap, account: ${account}, host: h, user: u, password: { file: ${file} } }\n`

test.each([
  ['a file that Mailbell has made', OWN, '', []],
  ['a file that another account names', OWN, imap('lee', OWN), [OWN]],
  ['a file that another account names in another way', OWN, imap('lee', `./secrets/../${OWN}`), [OWN]],
  ['a file that a person has made', 'secrets/mine', '', ['secrets/mine']],
  ['a file outside the folder', 'secrets/../mailbell.key', '', ['mailbell.key']],
])('an account that is removed takes %s with it only if nothing else needs it', async (_, file, others, left) => {
  const path = join(folder.path, 'mailbell.yml')
  await writeFile(path, `sources:\n${imap('kim', file)}${others}`)
  await writeFile(join(folder.path, file), 'secret')
  const check = (text: string) => loadConfig({ flags: { config: path }, env: {}, dataDir: folder.path, pageDir: null, text })
  const { drop } = await openAccountsFile(path, check).remove('kim')
  drop()
  const files = await readdir(folder.path, { recursive: true, withFileTypes: true })
  const names = files.filter((each) => each.isFile() && each.name !== 'mailbell.yml').map(({ parentPath, name }) => join(parentPath, name))
  expect(names).toEqual(left.map((each) => join(folder.path, each)))
})
