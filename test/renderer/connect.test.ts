import { deflateSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import encode from 'qrcode-generator'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { desktopState } from '../helpers/desktop-state.ts'
import { needs } from '../helpers/parts.ts'
import { until } from '../helpers/until.ts'
import { findings, inLook, LOOKS, overflows } from './emulated-media.ts'
import { answerWith, asked, openWindow, tell, windowState } from './page.ts'
import { closePage, openStudio, type Studio } from './bundle.ts'

const LINK = 'mailbell://connect?url=https%3A%2F%2Fmail.team.example.org%2Fbell%2F#token=abc.DEF-123'

/** A picture of the code, with the quiet zone around it that a reader needs. */
function pictureOf(text: string, dotSize = 6): Buffer {
  const code = encode(0, 'M')
  code.addData(text)
  code.make()
  const dots = code.getModuleCount()
  const side = (dots + 8) * dotSize
  const png = new PNG({ width: side, height: side })
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) {
      const [row, column] = [Math.floor(y / dotSize) - 4, Math.floor(x / dotSize) - 4]
      const isInside = row >= 0 && column >= 0 && row < dots && column < dots
      png.data.set(isInside && code.isDark(row, column) ? [0, 0, 0, 255] : [255, 255, 255, 255], (y * side + x) * 4)
    }
  return PNG.sync.write(png)
}

let studio: Studio
let page: Page

describe.runIf(needs('chromium'))('connecting to a server of a team', () => {
  beforeAll(async () => {
    studio = await openStudio()
  })
  afterAll(() => studio.close())
  afterEach(() => closePage(page))

  async function open(state = windowState()): Promise<void> {
    page = await studio.chromium.context.newPage()
    await openWindow(page, studio.server.url, state)
  }
  async function openForm(): Promise<void> {
    await open()
    await page.click('#open-connect')
  }
  const filled = async (): Promise<readonly string[]> => [await page.inputValue('#field-url'), await page.inputValue('#field-token')]
  const isFilled = () => until(async () => (await filled())[1] === 'abc.DEF-123', 10_000)
  const connected = async (): Promise<unknown> => (await asked(page)).find(({ name }) => name === 'connectServer')?.argument

  it('takes a link that says both in the one field', async () => {
    await openForm()
    await page.fill('#field-url', LINK)
    expect(await filled()).toEqual(['https://mail.team.example.org/bell', 'abc.DEF-123'])
    await page.keyboard.press('Enter')
    await until(connected, 5_000)
    expect(await connected()).toEqual({ url: 'https://mail.team.example.org/bell', token: 'abc.DEF-123' })
  })

  it('reads a QR code in a picture that is chosen, and loads its reader only then', async () => {
    await openForm()
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
    await page.setInputFiles('input[type=file]', { name: 'code.png', mimeType: 'image/png', buffer: pictureOf(LINK) })
    await isFilled()
    expect(loaded.filter((path) => /qr/i.test(path))).toHaveLength(1)
  })

  it.each(['paste', 'drop'] as const)('takes a picture by %s', async (how) => {
    await openForm()
    await page.evaluate(
      async ([type, base64]) => {
        const data = new DataTransfer()
        data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'code.png', { type: 'image/png' }))
        const event =
          type === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
        document.body.dispatchEvent(event)
      },
      [how, pictureOf(LINK).toString('base64')] as const,
    )
    await isFilled()
  })

  it.each([
    ['a code that says something else', () => pictureOf('https://example.org/')],
    ['no code', () => PNG.sync.write(new PNG({ width: 40, height: 40, fill: true }))],
    ['no picture at all', () => deflateSync('nothing')],
  ])('says so where there is %s', async (_name, picture) => {
    await openForm()
    await page.setInputFiles('input[type=file]', { name: 'code.png', mimeType: 'image/png', buffer: picture() })
    await page.getByText('This picture has no QR code of a Mailbell server.').waitFor()
    expect(await filled()).toEqual(['', ''])
  })

  describe('by a link that the system opened', () => {
    const invited = windowState({
      desktop: desktopState({ invitation: { url: 'https://mail.team.example.org/bell', host: 'mail.team.example.org' } }),
    })

    it.each(LOOKS)('asks first, in every look (%s, %s)', async (theme, language) => {
      await open(inLook(invited, theme, language))
      expect(await page.getByRole('heading').innerText()).toContain('mail.team.example.org')
      expect(await findings(page)).toEqual([])
      await page.setViewportSize({ width: 190, height: 280 })
      expect(await overflows(page)).toBe(false)
    })

    it('connects on a yes, and says why it could not', async () => {
      await open(invited)
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Connect to mail.team.example.org?')
      await answerWith(page, 'acceptInvitation', { ok: false, code: 'unauthorized', detail: 'No such token.' })
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
      await page.getByText('The token was rejected.').waitFor()
      await answerWith(page, 'acceptInvitation', { ok: true })
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
      await tell(page, windowState())
      await until(async () => (await page.evaluate(() => document.activeElement?.id)) === 'open-settings', 5_000)
    })

    it('forgets it on a no, and on Escape; what was typed meanwhile elsewhere is still there', async () => {
      await openForm()
      await page.fill('#field-url', 'https://half.typ')
      await tell(page, invited)
      await page.getByRole('button', { name: 'Don’t connect' }).click()
      await page.keyboard.press('Escape')
      await until(async () => (await asked(page)).filter(({ name }) => name === 'declineInvitation').length === 2, 5_000)
      expect((await asked(page)).map(({ name }) => name)).not.toContain('hide')
      await tell(page, windowState())
      expect(await page.inputValue('#field-url')).toBe('https://half.typ')
    })
  })
})
