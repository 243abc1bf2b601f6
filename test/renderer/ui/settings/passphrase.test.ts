import { describe, expect, it } from 'vitest'
import type { DesktopState, WindowState } from '../../../../common/protocol/window-state.ts'
import { desktopParts } from '../../../helpers/desktop/desktop-state.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings } from '../../looks.ts'
import { answerRequest, requestsOf } from '../../scripted-bridge.ts'
import { account, windowState } from '../../states.ts'
import { stateWith, useSettingsView } from './settings-view.ts'

describe.runIf(needs(browserName))('passwords and the passphrase', () => {
  const { ui, open, lastRequest, field, button } = useSettingsView()

  it('set a passphrase that is long enough and repeated correctly', async () => {
    await open(stateWith({}, { secrets: { storage: 'memory', locked: false, memoryAccepted: false } }))
    await ui.page.getByText('This system has no keyring.').waitFor()
    await field('New passphrase').fill('short')
    await button('Set passphrase').click()
    await ui.page.getByText('Use at least 8 characters').waitFor()
    await field('New passphrase').fill('open sesame')
    await field('Repeat new passphrase').fill('open sesamE')
    await ui.page.getByText('The passphrases don’t match.').waitFor()
    await field('Repeat new passphrase').fill('open sesame')
    await button('Set passphrase').click()
    expect(await lastRequest(1)).toEqual({ name: 'setPassphrase', argument: { passphrase: 'open sesame', current: '' } })
  })

  it('require the current passphrase to change it, and confirmation to remove it', async () => {
    await open(stateWith({}, { secrets: { storage: 'passphrase', locked: false, memoryAccepted: false } }))
    await button('Remove passphrase').click()
    await button('Cancel').click()
    await button('Change passphrase').click()
    await answerRequest(ui.page, 'setPassphrase', { ok: false, code: 'wrong-passphrase', field: 'current' })
    await field('Current passphrase').fill('wrong')
    await field('New passphrase').fill('open sesame')
    await field('Repeat new passphrase').fill('open sesame')
    await button('Change passphrase').click()
    await ui.page.getByText('This passphrase is wrong.').waitFor()
  })

  const waiting = (change: Partial<DesktopState>, more: Partial<WindowState> = {}): WindowState => {
    const [local] = windowState().servers
    const absent = account({ unread: null, status: 'error', error: { code: 'auth', message: '' }, folders: [], latest: [] })
    return windowState({
      servers: local ? [{ ...local, accounts: [absent] }] : [],
      ...desktopParts({ managedAccounts: ['kim@example.org'], unavailable: ['kim@example.org'], ...change }),
      ...more,
    })
  }

  const locked = { storage: 'passphrase', locked: true, memoryAccepted: false } as const

  it('are unlocked in the window, with an error at the field of a wrong passphrase', async () => {
    await ui.open(waiting({ secrets: locked }))
    await ui.page.getByText('Locked. Enter your passphrase.').waitFor()
    expect(await findings(ui.page)).toEqual([])
    await answerRequest(ui.page, 'unlock', { ok: false, code: 'wrong-passphrase', field: 'passphrase' })
    await ui.page.getByLabel('Passphrase', { exact: true }).fill('wrong')
    await ui.page.keyboard.press('Enter')
    await ui.page.getByText('This passphrase is wrong.').waitFor()
    await ui.page.getByRole('button', { name: 'Forgot passphrase' }).click()
    await ui.page.getByRole('button', { name: 'Start over' }).click()
    await until(async () => (await requestsOf(ui.page)).at(-1)?.name === 'resetSecrets')
  })

  it('are requested again, account by account', async () => {
    await ui.open(waiting({}))
    await ui.page.getByText('The password is not on this computer.').waitFor()
    await ui.page.getByRole('button', { name: 'Sign in again to kim@example.org' }).click()
    await until(async () => (await requestsOf(ui.page)).at(-1)?.name === 'readAccount')
    expect((await requestsOf(ui.page)).at(-1)?.argument).toBe('kim@example.org')
  })

  it('without a keyring are kept in memory or encrypted, as chosen', async () => {
    await ui.open(windowState({ notices: [{ id: 'no-keyring' }] }))
    await ui.page.getByRole('button', { name: 'Keep until I quit' }).click()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'acceptMemoryStorage' }])
    await ui.page.getByRole('button', { name: 'Set passphrase' }).click()
    await ui.page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
  })
})
