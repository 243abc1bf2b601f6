import { deflateSync } from 'node:zlib'
import { PNG } from 'pngjs'
import encode from 'qrcode-generator'
import { describe, expect, it } from 'vitest'
import type { WindowState } from '../../../../common/protocol/window-state.ts'
import { desktopParts } from '../../../helpers/desktop/desktop-state.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings, inLook, LOOKS, overflows } from '../../looks.ts'
import { answerRequest, requestsOf, showState } from '../../scripted-bridge.ts'
import { windowState } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'

const LINK = 'mailbell://connect?url=https%3A%2F%2Fmail.team.example.org%2Fbell%2F#token=abc.DEF-123'

/** A picture of the code, with the quiet zone that a decoder needs. */
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

describe.runIf(needs(browserName))('connecting to a server', () => {
  const ui = useBuiltWindow()
  const { open } = ui
  async function openForm(): Promise<void> {
    await open(windowState())
    await ui.page.click('#open-connect')
  }
  const filled = async (): Promise<readonly string[]> => [await ui.page.inputValue('#field-url'), await ui.page.inputValue('#field-token')]
  const isFilled = () => until(async () => (await filled())[1] === 'abc.DEF-123')
  const connected = async (): Promise<unknown> => (await requestsOf(ui.page)).find(({ name }) => name === 'connectServer')?.argument

  it('fills in both fields from one link', async () => {
    await openForm()
    await ui.page.fill('#field-url', LINK)
    expect(await filled()).toEqual(['https://mail.team.example.org/bell', 'abc.DEF-123'])
    await ui.page.keyboard.press('Enter')
    await until(connected)
    expect(await connected()).toEqual({ url: 'https://mail.team.example.org/bell', token: 'abc.DEF-123' })
  })

  it.each([380, 220, 190])('moves nothing for errors, also of two lines, in a window of %i pixels', async (width) => {
    await openForm()
    await ui.page.setViewportSize({ width, height: 560 })
    const tops = (): Promise<number[]> =>
      ui.page.locator('main :is(label, input, button)').evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top + scrollY))
    const before = await tops()
    await ui.page.getByRole('button', { name: 'Connect', exact: true }).click()
    expect(await ui.page.locator('.field-error').count()).toBe(2)
    expect(await tops()).toEqual(before)
    // Each is read in full with its field.
    for (const field of ['url', 'token']) {
      await ui.page.focus(`#field-${field}`)
      const error = ui.page.locator(`#field-${field}-error`)
      expect(await error.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
    }
    expect(await findings(ui.page)).toEqual([])
  })

  it('reads a QR code from a chosen picture, and loads the decoder only then', async () => {
    await openForm()
    const loaded: string[] = []
    ui.page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
    await ui.page.setInputFiles('input[type=file]', { name: 'code.png', mimeType: 'image/png', buffer: pictureOf(LINK) })
    await isFilled()
    expect(loaded.filter((path) => /qr/i.test(path))).toHaveLength(1)
  })

  it.each(['paste', 'drop'] as const)('reads a picture from a %s', async (how) => {
    await openForm()
    await ui.page.evaluate(
      async ([type, base64]) => {
        const data = new DataTransfer()
        data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'code.png', { type: 'image/png' }))
        const event =
          type === 'paste'
            ? // A script may not put files into the clipboard of Firefox.
              Object.defineProperty(new ClipboardEvent('paste', { bubbles: true, cancelable: true }), 'clipboardData', { value: data })
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
  ])('shows an error for %s', async (_name, picture) => {
    await openForm()
    await ui.page.setInputFiles('input[type=file]', { name: 'code.png', mimeType: 'image/png', buffer: picture() })
    await ui.page.getByText('No QR code for a Mailbell server was found in this picture.').waitFor()
    expect(await filled()).toEqual(['', ''])
  })

  it('fills in both fields from a link with a one-time code, and sends the code', async () => {
    await openForm()
    await ui.page.fill('#field-token', 'Mailbell is at http://127.0.0.1:6245/#code=AbCdEfGhIjKlMnOpQrSt-_01')
    expect(await filled()).toEqual(['http://127.0.0.1:6245', 'http://127.0.0.1:6245/#code=AbCdEfGhIjKlMnOpQrSt-_01'])
    await ui.page.keyboard.press('Enter')
    await until(connected)
    expect(await connected()).toEqual({ url: 'http://127.0.0.1:6245', code: 'AbCdEfGhIjKlMnOpQrSt-_01' })
  })

  it('shows that a pasted link is for another server than the address', async () => {
    await openForm()
    await ui.page.fill('#field-url', 'https://mail.example.org')
    await ui.page.fill('#field-token', 'https://other.example.org/#code=AbCdEfGhIjKlMnOpQrSt-_01')
    await ui.page.keyboard.press('Enter')
    await ui.page.getByText('This link is not for the server address above.').waitFor()
  })

  describe('through a link that the page was opened with', () => {
    const page = (change: Partial<WindowState>): WindowState => windowState({ manage: null, desktop: null, ...change })
    const long = 'the phone of the reception on the second floor, on the left'
    const asked = page({ signInLink: { kind: 'question', current: 'desk', next: long } })
    const failed = page({ signInLink: { kind: 'failed', error: { ok: false, code: 'unreachable' }, canRetry: true } })

    it.each(LOOKS)('asks, and shows why it does not work (%s, %s)', async (theme, language) => {
      for (const state of [asked, failed]) {
        await open(inLook(state, theme, language))
        expect(await findings(ui.page)).toEqual([])
        await ui.page.setViewportSize({ width: 190, height: 280 })
        expect(await overflows(ui.page)).toBe(false)
      }
    })

    it('is answered by one of two buttons, or by Escape, which reaches nothing else', async () => {
      await open(asked)
      expect(await ui.page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
      await ui.page.getByRole('button', { name: 'Keep the current sign-in' }).click()
      await ui.page.keyboard.press('Escape')
      await ui.page.getByRole('button', { name: 'Use the link' }).click()
      await until(async () => (await requestsOf(ui.page)).length === 3)
      expect((await requestsOf(ui.page)).map(({ name }) => name)).toEqual(['dismissLink', 'dismissLink', 'replaceToken'])
    })
  })

  describe('through a link that the system opened', () => {
    const invited = windowState({
      ...desktopParts({ invitation: { url: 'https://mail.team.example.org/bell', host: 'mail.team.example.org' } }),
    })

    it.each(LOOKS)('requires a confirmation (%s, %s)', async (theme, language) => {
      await open(inLook(invited, theme, language))
      expect(await ui.page.getByRole('heading').innerText()).toContain('mail.team.example.org')
      expect(await findings(ui.page)).toEqual([])
      await ui.page.setViewportSize({ width: 190, height: 280 })
      expect(await overflows(ui.page)).toBe(false)
    })

    it('connects when confirmed, and shows why it cannot', async () => {
      await open(invited)
      expect(await ui.page.evaluate(() => document.activeElement?.textContent)).toBe('Connect to mail.team.example.org?')
      await answerRequest(ui.page, 'acceptInvitation', { ok: false, code: 'unauthorized' })
      await ui.page.getByRole('button', { name: 'Connect', exact: true }).click()
      await ui.page.getByText('The server rejected the token. It may be wrong or revoked.').waitFor()
      await answerRequest(ui.page, 'acceptInvitation', { ok: true })
      await ui.page.getByRole('button', { name: 'Connect', exact: true }).click()
      await showState(ui.page, windowState())
      await until(async () => (await ui.page.evaluate(() => document.activeElement?.id)) === 'open-settings')
    })

    it('forgets the link when declined and on Escape, and preserves a draft', async () => {
      await openForm()
      await ui.page.fill('#field-url', 'https://half.typ')
      await showState(ui.page, invited)
      await ui.page.getByRole('button', { name: 'Don’t connect' }).click()
      await ui.page.keyboard.press('Escape')
      await until(async () => (await requestsOf(ui.page)).filter(({ name }) => name === 'declineInvitation').length === 2)
      expect((await requestsOf(ui.page)).map(({ name }) => name)).not.toContain('hide')
      await showState(ui.page, windowState())
      expect(await ui.page.inputValue('#field-url')).toBe('https://half.typ')
    })
  })
})
