/** A page that was loaded again while it tried an account. */
import { describe, expect, it } from 'vitest'
import type { ManageView, WindowState } from '../../../../common/protocol/window-state.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { useBuiltWindow } from '../../built-window.ts'
import { UNTRUSTED } from '../../found.ts'
import { drawn } from '../../looks.ts'
import { answerRequest, requestsOf, showState } from '../../scripted-bridge.ts'
import { pageState } from '../../states.ts'

const ACCOUNT = {
  account: 'lee@example.org',
  protocol: 'imap',
  host: 'imap.example.org',
  port: 993,
  security: 'tls',
  user: 'lee@example.org',
  folders: [],
} as const

/** The state as the browser bridge has it until `resumeTry` is called: the open try stays. */
function openTry(change: Partial<ManageView> = {}): WindowState {
  const { manage, ...state } = pageState()
  if (!manage) throw new Error('A page that manages nothing.')
  return { ...state, manage: { ...manage, openTry: { account: ACCOUNT, again: false }, ...change } }
}

describe.runIf(needs(browserName))('a page that is loaded again while it tries an account', () => {
  const ui = useBuiltWindow()
  const resumed = async (): Promise<number> => (await requestsOf(ui.page)).filter(({ name }) => name === 'resumeTry').length
  const back = (): Promise<void> => ui.page.getByRole('button', { name: 'Back' }).click()
  const form = () => ui.page.locator('.found').getByText(ACCOUNT.account)

  it('shows its numbers while accounts cannot be changed, and goes on as soon as they can', async () => {
    await ui.open(openTry({ problem: { ok: false, code: 'config-broken' } }))
    await drawn(ui.page)
    await ui.page.locator('#open-add').click()
    await ui.page.getByRole('alert').waitFor()
    await back()
    await drawn(ui.page)
    expect([await ui.page.locator('#open-add').count(), await resumed()]).toEqual([1, 0])
    await answerRequest(ui.page, 'resumeTry', { ok: false, code: 'sign-in-expired' })
    await showState(ui.page, openTry())
    await form().waitFor()
    await until(async () => (await resumed()) === 1)
    await back()
    await drawn(ui.page)
    expect([await ui.page.locator('#open-add').count(), await resumed()]).toEqual([1, 1])
  })

  it('leaves the user at another view, and goes on when the user adds an account', async () => {
    await ui.open(pageState())
    await ui.page.click('#open-settings')
    await showState(ui.page, openTry())
    await drawn(ui.page)
    await back()
    await drawn(ui.page)
    expect(await resumed()).toBe(0)
    await answerRequest(ui.page, 'resumeTry', { ok: false, code: 'sign-in-expired' })
    await ui.page.click('#open-add')
    await form().waitFor()
    await until(async () => (await resumed()) === 1)
  })

  it('goes on in the form of no other account', async () => {
    await ui.open(pageState())
    await ui.page.click('#open-settings')
    await showState(ui.page, openTry({ openTry: { account: ACCOUNT, again: true } }))
    await back()
    await ui.page.click('#open-add')
    await ui.page.fill('#field-account', ACCOUNT.account)
    await ui.page.getByRole('button', { name: 'Enter server settings manually' }).click()
    await form().waitFor()
    expect(await resumed()).toBe(0)
  })

  it('offers to accept the certificate with which it ends', async () => {
    await ui.open(openTry(), undefined, { resumeTry: UNTRUSTED })
    await ui.page.locator('.fingerprint').waitFor()
  })
})
