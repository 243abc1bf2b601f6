import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createRemovalCheck } from '../../../server/platform/removal.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'

async function opened() {
  const { path, remove } = await temporaryFolder()
  onTestFinished(remove)
  const file = join(path, 'file')
  return { file, descriptor: openSync(file, 'w') }
}

test.skipIf(process.platform === 'win32')('a file that was removed since', async () => {
  const { file, descriptor } = await opened()
  const isRemoved = createRemovalCheck(descriptor)
  expect(isRemoved()).toBe(false)
  rmSync(file)
  expect(isRemoved()).toBe(true)
  closeSync(descriptor)
})

test('a file whose state the system no longer tells counts as removed', async () => {
  const { descriptor } = await opened()
  const isRemoved = createRemovalCheck(descriptor)
  closeSync(descriptor)
  expect(isRemoved()).toBe(true)
})
