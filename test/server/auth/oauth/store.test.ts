import { chownSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTokenStore } from '../../../../server/auth/oauth/store.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

const OWNER = 61_234
const TOKENS = { account: 'me', clientId: 'c', accessToken: 'a' }
let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

test.runIf(process.geteuid?.() === 0)('what root stores belongs to the owner of the data directory, whose server reads it', async () => {
  chownSync(folder.path, OWNER, OWNER)
  const store = createTokenStore(folder.path)
  await store.exclusive('me', () => store.write(TOKENS))
  await store.announceSignIn()
  const paths = ['', ...readdirSync(join(folder.path, 'oauth'))]
  expect(paths.map((path) => statSync(join(folder.path, 'oauth', path)).uid)).toEqual([OWNER, OWNER, OWNER])
})

test('every announced sign-in is noticed', async () => {
  const store = createTokenStore(folder.path)
  let noticed = 0
  const watch = store.watchSignIns(() => (noticed += 1))
  for (let signIns = 1; signIns <= 3; signIns += 1) {
    const before = noticed
    await store.announceSignIn()
    await until(() => noticed > before)
  }
  watch.close()
})
