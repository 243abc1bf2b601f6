/** Every look of the tray icon at 16, 22, 24 and 32 pixels on five panels, as it was seen to be right. */
import { fileURLToPath } from 'node:url'
import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { iconSheet } from '../../scripts/icon-sheet.ts'
import { differenceFrom } from './pictures.ts'

test('the icons look as they were seen to be right', () => {
  const kept = fileURLToPath(new URL('../../docs/images/icons.png', import.meta.url))
  expect(differenceFrom(kept, PNG.sync.read(iconSheet(1)))).toBeNull()
})
