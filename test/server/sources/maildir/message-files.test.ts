import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { messageNamesIn } from '../../../../server/sources/maildir/message-files.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'
import { turnsDuring } from '../../../helpers/sources/turns.ts'

it('gives other work its turn while it lists a large directory', async () => {
  const folder = await temporaryFolder()
  for (let i = 0; i < 5_000; i++) await writeFile(join(folder.path, `${i}.a`), '')
  const listed = messageNamesIn(folder.path)
  // One for each part that is read.
  expect(await turnsDuring(listed)).toBeGreaterThan(4)
  expect((await listed).length).toBe(5_000)
  await folder.remove()
})
