/** Checks of a page's looks: for screen readers, and in a narrow window. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import type { WindowState } from '../../common/protocol/window-state.ts'
import type { Language, Theme } from '../../common/protocol/settings.ts'
import { isFirefox } from '../helpers/web/browser.ts'

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: readonly { readonly html: string }[] }[]
}

interface AxeWindow {
  readonly axe: { run(options: object): Promise<AxeResult> }
}

/** The serious findings of axe-core, in Chromium alone: it reads the document and its styles, which Firefox has as well. The page's policy does not bind `evaluate`, so axe needs no exception from it. */
export async function findings(page: Page): Promise<string[]> {
  if (isFirefox) return []
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (window as unknown as AxeWindow).axe.run({ resultTypes: ['violations'] }))
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

/** The body does not include the room for a scroll bar. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > Math.ceil(document.body.getBoundingClientRect().width))

/** The page has drawn the state that it has, and what its effects change in it. */
export const drawn = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  })

/** Texts that are cut off where neither a tooltip of what has the focus nor a press shows the whole: each with what is around it. */
export const cutTexts = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
    // The keyboard and touch reach no tooltip of an element without focus.
    const isInTooltip = (element: HTMLElement): boolean => {
      const titled = element.closest<HTMLElement>('[title]')
      return titled !== null && titled.tabIndex >= 0 && inOneLine(titled.title).includes(inOneLine(element.innerText))
    }
    // An email shows its sender and subject, the account's menu its name and the folders that have no room, and the mute's menu
    // until when; the error of a field is whole while the field has the focus.
    const ELSEWHERE =
      '[aria-haspopup=dialog], .folders, .message, .account > .name, .states, .field-error, .visually-hidden, input, select, textarea, svg'
    const isReadable = (element: HTMLElement): boolean => element.closest(ELSEWHERE) !== null || isInTooltip(element)
    const isCutBelow = (element: HTMLElement): boolean =>
      getComputedStyle(element).webkitLineClamp !== 'none' && element.scrollHeight > element.clientHeight + 1
    return Array.from(document.querySelectorAll<HTMLElement>('body *'))
      .filter((element) => element.innerText && getComputedStyle(element).overflowX !== 'visible' && element.clientWidth > 0)
      .filter((element) => isCutBelow(element) || (element.scrollWidth > element.clientWidth + 1 && !isReadable(element)))
      .map((element) => `cut: ${element.parentElement?.className} ${element.className} ${element.innerText}`)
  })

export const inLook = (state: WindowState, theme: Theme, language: Language): WindowState => ({
  ...state,
  language,
  sharedSettings: { ...state.sharedSettings, theme },
})

export const LOOKS = (['light', 'dark'] as const).flatMap((theme) => (['en', 'ko'] as const).map((language) => [theme, language] as const))

/** Each theme and each language: contrast depends on the theme alone, and the room for a text on the language. */
export const SOME_LOOKS = LOOKS.filter(([theme, language]) => (theme === 'light') === (language === 'en'))
