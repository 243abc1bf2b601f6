import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { launchChromium } from '../helpers/web/chromium.ts'
import { needs } from '../helpers/parts.ts'
import { differingPanels, sheetOf } from './pictures.ts'

/** A panel of 380 × 560 pixels with a line of text. */
async function panelsWith(...texts: readonly string[]): Promise<readonly PNG[]> {
  const chromium = await launchChromium({ viewport: { width: 380, height: 560 } })
  try {
    const page = await chromium.context.newPage()
    const panels: PNG[] = []
    for (const text of texts) {
      await page.setContent(`<body style="font: 13px sans-serif; background: #fff; color: #222"><p>${text}</p></body>`)
      panels.push(PNG.sync.read(await page.screenshot()))
    }
    return panels
  } finally {
    await chromium.close()
  }
}

test.runIf(needs('chromium'))('one changed word in one panel of a large sheet is found and named', async () => {
  const [same, changed] = await panelsWith('3 new emails for kim', '3 new emails for lee')
  if (!same || !changed) throw new Error('There are two panels.')
  const row = Array.from({ length: 4 }, () => same)
  const stored = sheetOf([row, row]).picture
  expect(differingPanels(stored, sheetOf([row, row]))).toEqual([])
  expect(differingPanels(stored, sheetOf([row, [same, same, changed, same]]))).toEqual([expect.stringMatching(/^panel 7 \(/)])
  expect(differingPanels(stored, sheetOf([row]))).toEqual(['its size'])
})
