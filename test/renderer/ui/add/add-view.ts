/** The form for an account in the built page, and what its tests do with it. */
import type { FindOutcome } from '../../../../common/protocol/bridge.ts'
import type { WindowState } from '../../../../common/protocol/window-state.ts'
import { type BuiltWindow, useBuiltWindow } from '../../built-window.ts'
import { answerRequest, requestsOf } from '../../scripted-bridge.ts'
import { windowState } from '../../states.ts'

interface AddView {
  readonly ui: BuiltWindow
  /** The id of the element with the focus. */
  focused(): Promise<string>
  submit(): Promise<void>
  /** The forms that were sent. */
  added(): Promise<unknown[]>
  openForm(state?: WindowState): Promise<void>
  find(found: FindOutcome): Promise<void>
  findOn(found: FindOutcome): Promise<void>
}

export function useAddView(): AddView {
  const ui = useBuiltWindow()
  const submit = (): Promise<void> => ui.page.click('button[type=submit]')
  async function openForm(state = windowState()): Promise<void> {
    await ui.open(state)
    await ui.page.click('#open-add')
  }
  async function find(found: FindOutcome): Promise<void> {
    await answerRequest(ui.page, 'findMailbox', found)
    // In an email field, playwright-core inserts instead of replacing the text of Firefox.
    await ui.page.fill('#field-account', '')
    await ui.page.fill('#field-account', ' lee@example.org ')
    await submit()
  }
  return {
    ui,
    focused: () => ui.page.evaluate(() => document.activeElement?.id ?? ''),
    submit,
    added: async () => (await requestsOf(ui.page)).filter(({ name }) => name === 'addAccount').map(({ argument }) => argument),
    openForm,
    find,
    async findOn(found) {
      await openForm()
      await find(found)
      await ui.page.locator('#found-title').waitFor()
    },
  }
}
