import { describe, expect, it } from 'vitest'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings, inLook, LOOKS, overflows } from '../../looks.ts'
import { answerRequest, requestsOf, showState } from '../../scripted-bridge.ts'
import { account, windowState } from '../../states.ts'
import { ALL, stateWith, useSettingsView } from './settings-view.ts'

describe.runIf(needs(browserName))('the settings', () => {
  const { ui, open, lastRequest, field, button } = useSettingsView()

  it.each(LOOKS)('have no serious finding of axe-core, and fit 380 and 190 pixels: %s, %s', async (theme, language) => {
    const states = [
      stateWith(ALL, { secrets: { storage: 'memory', locked: false, memoryAccepted: false }, update: { phase: 'ready', version: '2' } }),
      stateWith({}, { secrets: { storage: 'passphrase', locked: false, memoryAccepted: false }, update: { phase: 'failed', detail: 'x' } }),
      stateWith({}, { secrets: { storage: 'passphrase', locked: true, memoryAccepted: false }, unavailable: ['kim@example.org'] }),
      { ...windowState(), manage: null, desktop: null },
    ]
    await open(inLook(stateWith(), theme, language))
    for (const state of states) {
      await showState(ui.page, inLook(state, theme, language))
      await ui.page.locator('.settings').waitFor()
      expect(await findings(ui.page)).toEqual([])
      await ui.page.setViewportSize({ width: 190, height: 280 })
      expect(await overflows(ui.page)).toBe(false)
      await ui.page.setViewportSize({ width: 380, height: 560 })
    }
  })

  it('have sections with headings, and controls with a name and at least 24 pixels', async () => {
    await open(stateWith(ALL, { update: { phase: 'none', checkedAtMs: null } }))
    const headings = await ui.page.getByRole('heading', { level: 2 }).allInnerTexts()
    expect(headings).toEqual([
      'Accounts and servers',
      'Notifications',
      'Tray and unread count',
      'Opening emails',
      'Startup and shortcut',
      'Language and appearance',
      'Passwords on this computer',
      'Updates',
      'Settings file',
      'Troubleshooting',
    ])
    for (const control of await ui.page.locator('.settings :is(button, select, summary, input)').all()) {
      const box = await control.boundingBox()
      expect([await control.innerHTML(), Math.min(box?.width ?? 0, box?.height ?? 0) >= 24]).toEqual([expect.anything(), true])
    }
  })

  it('are found by their labels, and show where they are, by the keyboard alone', async () => {
    await open(stateWith({ opensMailIn: 'command' }))
    const focused = (): Promise<string | undefined> => ui.page.evaluate(() => document.activeElement?.id)
    // A letter goes into the search from anywhere.
    await ui.page.keyboard.type('quiet')
    expect(await focused()).toBe('search')
    const found = ui.page.locator('.found-setting')
    expect(await found.allInnerTexts()).toEqual(['Quiet hours\nNotifications'])
    await until(async () => (await ui.page.locator('.settings-finder .visually-hidden[role=status]').textContent()) === '1 result')
    expect(await findings(ui.page)).toEqual([])
    await ui.page.keyboard.press('Enter')
    expect(await focused()).toBe('add-quiet-hours')
    expect(await ui.page.locator('#add-quiet-hours').isVisible()).toBe(true)
    // Every word counts, and the name of the section is one of them.
    await ui.page.fill('#search', 'updates mailbell')
    expect(await found.count()).toBe(0)
    await ui.page.fill('#search', 'startup shortcut')
    expect(await found.first().innerText()).toContain('Startup and shortcut')
    // Escape ends the search first, and then leaves the settings.
    await ui.page.keyboard.press('Escape')
    expect(await ui.page.inputValue('#search')).toBe('')
    expect(await ui.page.locator('.settings').isVisible()).toBe(true)
    await ui.page.keyboard.press('Escape')
    await ui.page.locator('#open-settings').waitFor()
  })

  it('are found in the language of the window', async () => {
    await open(inLook(stateWith(), 'light', 'ko'))
    await ui.page.fill('#search', '방해 금')
    expect(await ui.page.locator('.found-setting').allInnerTexts()).toEqual(['방해 금지 시간\n알림'])
    await ui.page.fill('#search', 'sound')
    expect(await ui.page.locator('.found-setting').count()).toBe(0)
  })

  it('have a list of their sections at the side of a wide window, which leads to each', async () => {
    await open(stateWith(ALL))
    const section = ui.page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: 'Troubleshooting' })
    expect(await section.isVisible()).toBe(false)
    await ui.page.setViewportSize({ width: 1280, height: 720 })
    expect(await findings(ui.page)).toEqual([])
    await section.press('Enter')
    const heading = ui.page.getByRole('heading', { name: 'Troubleshooting' })
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true)
    await until(async () => ((await heading.boundingBox())?.y ?? 1e6) < 720)
    await ui.page.setViewportSize({ width: 380, height: 560 })
  })

  it('of the page in a browser are those that the browser stores', async () => {
    await open({ ...windowState(), manage: null, desktop: null })
    expect(await ui.page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'Notifications',
      'Unread count',
      'Language and appearance',
    ])
    await open({ ...windowState(), desktop: null })
    expect(await ui.page.getByRole('button', { name: 'Remove kim@example.org' }).count()).toBe(1)
  })

  it('are saved at once, one request a change, and show what is saved', async () => {
    await open(stateWith())
    await field('Tray icon shows').selectOption('dot')
    expect(await lastRequest(1)).toEqual({ name: 'updateDesktopSettings', argument: { trayShows: 'dot' } })
    // It is not saved yet.
    expect(await field('Tray icon shows').inputValue()).toBe('number')
    await showState(ui.page, stateWith({ trayShows: 'dot' }))
    expect(await field('Tray icon shows').inputValue()).toBe('dot')
    await field('When to notify me').selectOption('15')
    expect(await lastRequest(2)).toEqual({ name: 'updateDesktopSettings', argument: { idleMinutes: 15 } })
    await field('Notifications show').selectOption('nothing')
    expect(await lastRequest(3)).toEqual({ name: 'updateSharedSettings', argument: { notificationText: 'nothing' } })
    await field('Sound').selectOption('wood')
    expect(await lastRequest(4)).toEqual({ name: 'updateDesktopSettings', argument: { sound: 'wood' } })
    await button('Show a test notification').click()
    expect(await lastRequest(5)).toEqual({ name: 'showTestNotification' })
  })

  it('show beside a setting why it could not be saved', async () => {
    await open(stateWith())
    await answerRequest(ui.page, 'updateDesktopSettings', { ok: false, code: 'unavailable', detail: 'EACCES: permission denied' })
    await ui.page.getByLabel('Start at login').click()
    expect(await ui.page.getByRole('alert').innerText()).toContain('EACCES')
    expect(await ui.page.getByLabel('Start at login').isChecked()).toBe(false)
  })

  it('exclude folders and accounts from the count through a tree of checkboxes', async () => {
    await open(stateWith())
    await ui.page.getByText('Folders in kim@example.org').click()
    await ui.page.getByRole('checkbox', { name: '회의' }).click()
    const scope = { server: 'local', account: 'kim@example.org' }
    expect(await lastRequest(1)).toEqual({ name: 'updateReaderSettings', argument: { notCounted: [{ ...scope, folder: '회의' }] } })
    await showState(ui.page, stateWith({ notCounted: [{ ...scope, folder: '회의' }] }))
    const whole = ui.page.getByRole('checkbox', { name: 'kim@example.org' })
    expect(await whole.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true)
    await whole.click()
    expect(await lastRequest(2)).toEqual({ name: 'updateReaderSettings', argument: { notCounted: [] } })
    await showState(ui.page, stateWith({ notCounted: [scope] }))
    expect(await ui.page.getByRole('checkbox', { name: 'Inbox' }).isChecked()).toBe(false)
  })

  it('record a shortcut by the keyboard alone, reject a plain letter, and cancel with Escape', async () => {
    await open(stateWith())
    await button('Record shortcut').focus()
    await ui.page.keyboard.press('Enter')
    await ui.page.getByText('Press the keys, or Escape').waitFor()
    await ui.page.keyboard.press('m')
    await ui.page.getByText('Use Ctrl, Alt or Command').waitFor()
    await ui.page.keyboard.press('Escape')
    await button('Record shortcut').waitFor()
    expect(await ui.page.locator('h1').innerText()).toBe('Settings')
    await ui.page.keyboard.press('Enter')
    await ui.page.keyboard.press('Control+Shift+m')
    expect(await lastRequest(1)).toEqual({ name: 'updateDesktopSettings', argument: { shortcut: 'Control+Shift+M' } })
    await showState(ui.page, stateWith({ shortcut: 'Control+Shift+M' }))
    await ui.page.getByText('Ctrl+Shift+M', { exact: true }).waitFor()
    await answerRequest(ui.page, 'updateDesktopSettings', { ok: false, code: 'shortcut-taken', field: 'shortcut' })
    await button('Change').click()
    await ui.page.keyboard.press('Alt+F4')
    await ui.page.getByText('Another app uses this shortcut').waitFor()
    await answerRequest(ui.page, 'updateDesktopSettings', { ok: true })
    await button('Remove shortcut').click()
    expect(await lastRequest(3)).toEqual({ name: 'updateDesktopSettings', argument: { shortcut: null } })
  })

  it('require a confirmation, which Escape cancels, to remove an account', async () => {
    await open(windowState())
    await ui.page.getByRole('button', { name: 'Remove kim@example.org' }).click()
    await ui.page.keyboard.press('Escape')
    expect(await ui.page.getByRole('button', { name: 'Cancel' }).count()).toBe(0)
    await ui.page.getByRole('button', { name: 'Remove kim@example.org' }).click()
    await ui.page.getByRole('button', { name: 'Remove', exact: true }).click()
    await until(async () => (await requestsOf(ui.page)).length > 0)
    expect(await requestsOf(ui.page)).toEqual([{ name: 'removeAccount', argument: 'kim@example.org' }])
  })

  it('rename an account, and show its address below its name', async () => {
    await open(windowState())
    await ui.page.getByRole('button', { name: 'Rename kim@example.org' }).click()
    const form = ui.page.getByRole('dialog', { name: 'Rename kim@example.org' })
    await form.getByLabel('Account name', { exact: true }).fill('Work')
    await form.getByRole('button', { name: 'Rename' }).click()
    await form.waitFor({ state: 'detached' })
    expect(await requestsOf(ui.page)).toEqual([{ name: 'renameAccount', argument: { account: 'kim@example.org', label: 'Work' } }])
    const [local] = windowState().servers
    await showState(ui.page, windowState({ servers: local ? [{ ...local, accounts: [account({ label: 'Work' })] }] : [] }))
    expect(await ui.page.locator('.stored-name').innerText()).toBe('Work\nkim@example.org')
    await ui.page.getByRole('button', { name: 'Remove Work' }).waitFor()
  })

  it('show the state of an update, and the action for it', async () => {
    await open(stateWith({}, { update: { phase: 'none', checkedAtMs: null } }))
    await button('Check now').click()
    expect(await lastRequest(1)).toEqual({ name: 'checkForUpdate' })
    await showState(ui.page, stateWith({}, { update: { phase: 'downloading', version: '0.2.0', percent: 40 } }))
    await ui.page.getByText('Downloading Mailbell 0.2.0: 40%').waitFor()
    await showState(ui.page, stateWith({}, { update: { phase: 'available', version: '0.2.0' } }))
    await button('Open download page').waitFor()
    await showState(ui.page, stateWith({}, { update: { phase: 'ready', version: '0.2.0' } }))
    await button('Restart to update').click()
    expect(await lastRequest(2)).toEqual({ name: 'installUpdate' })
    await showState(ui.page, stateWith({}, { update: { phase: 'off' } }))
    await ui.page.getByText('This copy doesn’t update itself.').waitFor()
    expect(await ui.page.getByLabel('Check for updates').count()).toBe(0)
  })

  it('list what was imported', async () => {
    await open(stateWith())
    const imported = { accounts: ['a@example.org', 'b@example.org'], servers: ['https://mail.example.org'], commandSkipped: true }
    await answerRequest(ui.page, 'importSettings', { ok: true, imported })
    await button('Import…').click()
    const result = ui.page.locator('.action [role=status]', { hasText: '2 accounts imported' })
    await result.waitFor()
    expect(await result.innerText()).toMatch(/a@example\.org and b@example\.org.*1 server imported.*The command .* was not imported/)
    await answerRequest(ui.page, 'importSettings', { ok: true, imported: null })
    await button('Import…').click()
    await until(async () => (await result.count()) === 0)
    await answerRequest(ui.page, 'importSettings', { ok: false, code: 'bad-file', detail: 'accounts.0.port' })
    await button('Import…').click()
    expect(await ui.page.getByRole('alert').innerText()).toMatch(/Nothing was changed\.[^]*accounts\.0\.port/)
  })

  it('list every file before they remove all data', async () => {
    await open(stateWith())
    await answerRequest(ui.page, 'listAppFiles', { ok: true, files: ['/home/kim/.config/Mailbell/settings.json'] })
    await button('Remove all Mailbell data…').click()
    await ui.page.getByText('/home/kim/.config/Mailbell/settings.json').waitFor()
    await button('Remove all data').click()
    await ui.page.getByText('This can’t be undone.').waitFor()
    await ui.page.getByRole('group', { name: 'Remove all data' }).getByRole('button', { name: 'Remove all data' }).click()
    expect(await lastRequest(2)).toEqual({ name: 'removeAppData' })
  })
})
