import { describe, expect, it } from 'vitest'
import { browserName, needs } from '../../../helpers/parts.ts'
import { answerRequest } from '../../scripted-bridge.ts'
import { useAddView } from './add-view.ts'

describe.runIf(needs(browserName))('a long error of a field', () => {
  const { ui, openForm, submit } = useAddView()
  const error = () => ui.page.locator('.field-error')
  const isWhole = (): Promise<boolean> =>
    error().evaluate(
      ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) => scrollWidth <= clientWidth && scrollHeight <= clientHeight,
    )

  async function failInNarrowWindow(): Promise<void> {
    await openForm()
    await ui.page.setViewportSize({ width: 190, height: 560 })
    await answerRequest(ui.page, 'findMailbox', { ok: false, code: 'invalid', field: 'account', detail: 'long error '.repeat(20) })
    await ui.page.fill('#field-account', 'lee@example.org')
    await submit()
    await error().waitFor()
  }

  it('lies above the button below while its field has the focus, and takes no press from it', async () => {
    await failInNarrowWindow()
    const { reach, isHit } = await ui.page.evaluate(() => {
      const button = document.querySelector('[type=submit]')
      const box = button?.getBoundingClientRect() ?? new DOMRect()
      const bottom = document.querySelector('.field-error')?.getBoundingClientRect().bottom ?? 0
      return { reach: bottom - box.top, isHit: document.elementFromPoint(box.left + 20, box.top + 2) === button }
    })
    expect(reach).toBeGreaterThan(3)
    expect(isHit).toBe(true)
  })

  it('is whole while its field has the focus or is pointed at', async () => {
    await failInNarrowWindow()
    expect(await isWhole()).toBe(true)
    await ui.page.locator('#field-account').blur()
    expect(await isWhole()).toBe(false)
    await ui.page.hover('label[for=field-account]')
    expect(await isWhole()).toBe(true)
    const line = await error().boundingBox()
    await ui.page.mouse.move(0, 0)
    await ui.page.mouse.move((line?.x ?? 0) + 10, (line?.y ?? 0) + 5)
    expect(await isWhole()).toBe(true)
    expect(await error().getAttribute('title')).toBeNull()
  })
})
