/** The settings as they are on the page: each label with its section, and what it leads to. */

export interface SettingEntry {
  readonly text: string
  /** Empty for a section itself. */
  readonly section: string
  readonly target: HTMLElement
}

const LABELS = '.field > label, .field > .label, legend, .action > .button, .danger-zone .text-button'
const CONTROLS = 'input, select, textarea, button'

const textOf = (element: Element): string => element.textContent?.trim() ?? ''

export const sectionsOf = (settings: HTMLElement): readonly SettingEntry[] =>
  Array.from(settings.querySelectorAll('h2'), (heading) => ({ text: textOf(heading), section: '', target: heading }))

/** Of a list, the first of several labels with the same text. */
export function entriesOf(settings: HTMLElement): readonly SettingEntry[] {
  const entries = new Map<string, SettingEntry>()
  for (const entry of sectionsOf(settings)) {
    entries.set(`${entry.text}\n`, entry)
    const labels = entry.target.closest('section')?.querySelectorAll<HTMLElement>(LABELS) ?? []
    for (const label of labels) {
      const key = `${entry.text}\n${textOf(label)}`
      if (!entries.has(key)) entries.set(key, { text: textOf(label), section: entry.text, target: label })
    }
  }
  return [...entries.values()]
}

/** Scrolls to it, marks it for a moment, and focuses its control. */
export function goTo(label: HTMLElement): void {
  const around = label.closest<HTMLElement>('.field, fieldset, .action, .danger-zone') ?? label
  const control = label.matches(CONTROLS) ? label : around.querySelector<HTMLElement>(CONTROLS)
  const focused = control ?? label
  if (control === null) focused.tabIndex = -1
  around.scrollIntoView({ block: around === label ? 'start' : 'center' })
  focused.focus({ preventScroll: true })
  around.classList.add('pointed-at')
  around.addEventListener('animationend', () => around.classList.remove('pointed-at'), { once: true })
}
