import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS } from '../../common/protocol/settings.ts'
import type { DesktopState, WindowState } from '../../common/protocol/window-state.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import { desktopState } from '../helpers/desktop-state.ts'
import { needs } from '../helpers/parts.ts'
import { until } from '../helpers/until.ts'
import { findings, inLook, LOOKS, overflows } from './emulated-media.ts'
import { account, answerWith, asked, openWindow, tell, windowState } from './page.ts'
import { openStudio, type Studio } from './bundle.ts'

const ALL: Partial<DesktopSettings> = {
  trayShows: 'dot',
  notCounted: [{ server: 'local', account: 'kim@example.org', folder: '회의' }],
  muted: [
    { scope: null, untilMs: Date.now() + 3_600_000 },
    { scope: { server: 'local', account: 'kim@example.org', folder: '회의' }, untilMs: null },
    { scope: { server: 'local', account: 'gone@example.org' }, untilMs: 1 },
  ],
  quietHours: [{ days: [0, 1, 2, 3, 4], from: '22:00', to: '07:00' }],
  vips: ['boss@example.org', '@family.example'],
  idleMinutes: 7,
  opensMailIn: 'command',
  mailCommand: 'thunderbird {url}',
  shortcut: 'Control+Alt+M',
}

describe.runIf(needs('chromium'))('the settings', () => {
  let studio: Studio
  let page: Page
  beforeAll(async () => {
    studio = await openStudio()
  })
  afterAll(() => studio.close())
  beforeEach(async () => {
    page = await studio.chromium.context.newPage()
  })
  afterEach(() => page.close())

  const stateWith = (choices: Partial<DesktopSettings> = {}, change: Partial<DesktopState> = {}): WindowState =>
    windowState({
      desktop: desktopState({ managedAccounts: ['kim@example.org'], settings: { ...DEFAULT_DESKTOP_SETTINGS, ...choices }, ...change }),
    })

  async function open(state: WindowState): Promise<void> {
    await openWindow(page, studio.server.url, state)
    await page.click('#open-settings')
  }
  /** Asked for since the last time that somebody looked. */
  async function lastAsked(count = 1): Promise<unknown> {
    await until(async () => (await asked(page)).length >= count, 5_000)
    return (await asked(page)).at(-1)
  }
  const field = (label: string) => page.getByLabel(label, { exact: true })
  const button = (name: string) => page.getByRole('button', { name, exact: true })

  it.each(LOOKS)('have no serious finding of axe, and fit at 380 and at 190 pixels: %s, %s', async (theme, language) => {
    const states = [
      stateWith(ALL, { secrets: { storage: 'memory', locked: false, memoryAccepted: false }, update: { phase: 'ready', version: '2' } }),
      stateWith({}, { secrets: { storage: 'passphrase', locked: false, memoryAccepted: false }, update: { phase: 'failed', detail: 'x' } }),
      stateWith({}, { secrets: { storage: 'passphrase', locked: true, memoryAccepted: false }, unavailable: ['kim@example.org'] }),
      { ...windowState(), desktop: null },
    ]
    await open(inLook(stateWith(), theme, language))
    for (const state of states) {
      await tell(page, inLook(state, theme, language))
      await page.locator('.settings').waitFor()
      expect(await findings(page)).toEqual([])
      await page.setViewportSize({ width: 190, height: 280 })
      expect(await overflows(page)).toBe(false)
      await page.setViewportSize({ width: 380, height: 560 })
    }
  })

  it('stand in sections with headings, and every control has a name and 24 pixels', async () => {
    await open(stateWith(ALL, { update: { phase: 'none', checkedAtMs: null } }))
    const headings = await page.getByRole('heading', { level: 2 }).allInnerTexts()
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
    for (const control of await page.locator('.settings :is(button, select, summary, input)').all()) {
      const box = await control.boundingBox()
      expect([await control.innerHTML(), Math.min(box?.width ?? 0, box?.height ?? 0) >= 24]).toEqual([expect.anything(), true])
    }
  })

  it('of the page in a browser are what it keeps itself', async () => {
    await open({ ...windowState(), desktop: null })
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(['Notifications', 'Language and appearance'])
  })

  it('hold at once, one request a choice, and show what holds', async () => {
    await open(stateWith())
    await field('Tray icon shows').selectOption('dot')
    expect(await lastAsked(1)).toEqual({ name: 'updateDesktopSettings', argument: { trayShows: 'dot' } })
    // Nobody has said that it holds yet.
    expect(await field('Tray icon shows').inputValue()).toBe('number')
    await tell(page, stateWith({ trayShows: 'dot' }))
    expect(await field('Tray icon shows').inputValue()).toBe('dot')
    await field('Only while I’m at the computer').selectOption('15')
    expect(await lastAsked(2)).toEqual({ name: 'updateDesktopSettings', argument: { idleMinutes: 15 } })
    await field('Notifications show').selectOption('nothing')
    expect(await lastAsked(3)).toEqual({ name: 'updateSharedSettings', argument: { notificationText: 'nothing' } })
    await field('Sound').selectOption('wood')
    expect(await lastAsked(4)).toEqual({ name: 'updateDesktopSettings', argument: { sound: 'wood' } })
    await button('Show a test notification').click()
    expect(await lastAsked(5)).toEqual({ name: 'showTestNotification' })
  })

  it('show a number of minutes that a file has brought', async () => {
    await open(stateWith({ idleMinutes: 7 }))
    expect(await field('Only while I’m at the computer').locator('option:checked').innerText()).toBe('Active in the last 7 minutes')
  })

  it('leave folders and accounts out of the number, by a tree of boxes', async () => {
    await open(stateWith())
    await page.getByText('Folders in kim@example.org').click()
    await page.getByRole('checkbox', { name: '회의' }).click()
    const scope = { server: 'local', account: 'kim@example.org' }
    expect(await lastAsked(1)).toEqual({ name: 'updateDesktopSettings', argument: { notCounted: [{ ...scope, folder: '회의' }] } })
    await tell(page, stateWith({ notCounted: [{ ...scope, folder: '회의' }] }))
    const whole = page.getByRole('checkbox', { name: 'kim@example.org' })
    expect(await whole.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true)
    await whole.click()
    expect(await lastAsked(2)).toEqual({ name: 'updateDesktopSettings', argument: { notCounted: [] } })
    await tell(page, stateWith({ notCounted: [scope] }))
    expect(await page.getByRole('checkbox', { name: 'Inbox' }).isChecked()).toBe(false)
  })

  it('keep quiet hours by day and time, over midnight too', async () => {
    await open(stateWith())
    await button('Add quiet hours').click()
    expect(await lastAsked(1)).toEqual({
      name: 'updateDesktopSettings',
      argument: { quietHours: [{ days: [0, 1, 2, 3, 4], from: '22:00', to: '07:00' }] },
    })
    await tell(page, stateWith({ quietHours: [{ days: [0, 6], from: '22:00', to: '07:00' }] }))
    await page.getByText('Ends the next day.').waitFor()
    await button('Sunday').click()
    expect(await lastAsked(2)).toEqual({
      name: 'updateDesktopSettings',
      argument: { quietHours: [{ days: [6], from: '22:00', to: '07:00' }] },
    })
    await field('From').fill('21:30')
    expect(await lastAsked(3)).toEqual({
      name: 'updateDesktopSettings',
      argument: { quietHours: [{ days: [0, 6], from: '21:30', to: '07:00' }] },
    })
    await button('Remove quiet hours from 22:00 to 07:00').click()
    expect(await lastAsked(4)).toEqual({ name: 'updateDesktopSettings', argument: { quietHours: [] } })
  })

  it('never leave quiet hours that begin on no day', async () => {
    await open(stateWith({ quietHours: [{ days: [6], from: '22:00', to: '07:00' }] }))
    await button('Saturday').dispatchEvent('click')
    await button('Sunday').click()
    expect(await lastAsked(1)).toEqual({
      name: 'updateDesktopSettings',
      argument: { quietHours: [{ days: [0, 6], from: '22:00', to: '07:00' }] },
    })
  })

  it('keep important senders, and say what is none', async () => {
    await open(stateWith({ vips: ['boss@example.org'] }))
    await field('Address or @domain').fill('kim')
    await page.keyboard.press('Enter')
    await page.getByText('Enter an address such as').waitFor()
    await field('Address or @domain').fill('Boss@Example.org')
    await page.keyboard.press('Enter')
    await page.getByText('This sender is already on the list.').waitFor()
    await field('Address or @domain').fill('@Family.example')
    await page.keyboard.press('Enter')
    expect(await lastAsked(1)).toEqual({ name: 'updateDesktopSettings', argument: { vips: ['boss@example.org', '@family.example'] } })
    await until(async () => (await field('Address or @domain').inputValue()) === '', 5_000)
    await button('Remove boss@example.org').click()
    expect(await lastAsked(2)).toEqual({ name: 'updateDesktopSettings', argument: { vips: [] } })
  })

  it('name what is muted now, and end it', async () => {
    await open(stateWith(ALL))
    const list = page.locator('.mute-list li')
    expect(await list.count()).toBe(2)
    expect(await list.nth(1).innerText()).toMatch(/kim@example.org 회의\s+until you unmute/)
    await button('Unmute kim@example.org 회의').click()
    expect(await lastAsked(1)).toMatchObject({ name: 'updateDesktopSettings', argument: { muted: [{ scope: null }] } })
  })

  it('record a shortcut by the keyboard alone, refuse what people type, and leave it by Escape', async () => {
    await open(stateWith())
    await button('Record shortcut').focus()
    await page.keyboard.press('Enter')
    await page.getByText('Press the keys, or Escape').waitFor()
    await page.keyboard.press('m')
    await page.getByText('Use Ctrl, Alt or Command').waitFor()
    await page.keyboard.press('Escape')
    await button('Record shortcut').waitFor()
    expect(await page.locator('h1').innerText()).toBe('Settings')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+Shift+m')
    expect(await lastAsked(1)).toEqual({ name: 'updateDesktopSettings', argument: { shortcut: 'Control+Shift+M' } })
    await tell(page, stateWith({ shortcut: 'Control+Shift+M' }))
    await page.getByText('Ctrl+Shift+M', { exact: true }).waitFor()
    await answerWith(page, 'updateDesktopSettings', { ok: false, code: 'shortcut-taken', field: 'shortcut' })
    await button('Change').click()
    await page.keyboard.press('Alt+F4')
    await page.getByText('Another app uses this shortcut').waitFor()
    await answerWith(page, 'updateDesktopSettings', { ok: true })
    await button('Remove shortcut').click()
    expect(await lastAsked(3)).toEqual({ name: 'updateDesktopSettings', argument: { shortcut: null } })
  })

  it('say beside a choice why it could not be made', async () => {
    await open(stateWith())
    await answerWith(page, 'updateDesktopSettings', { ok: false, code: 'unavailable', detail: 'EACCES: permission denied' })
    await page.getByLabel('Start at login').click()
    expect(await page.getByRole('alert').innerText()).toContain('EACCES')
    expect(await page.getByLabel('Start at login').isChecked()).toBe(false)
  })

  it('set a passphrase once it is long enough and typed twice alike', async () => {
    await open(stateWith({}, { secrets: { storage: 'memory', locked: false, memoryAccepted: false } }))
    await page.getByText('This system has no keyring.').waitFor()
    await field('New passphrase').fill('short')
    await button('Set passphrase').click()
    await page.getByText('Use at least 8 characters').waitFor()
    await field('New passphrase').fill('open sesame')
    await field('Repeat new passphrase').fill('open sesamE')
    await page.getByText('The passphrases don’t match.').waitFor()
    await field('Repeat new passphrase').fill('open sesame')
    await button('Set passphrase').click()
    expect(await lastAsked(1)).toEqual({ name: 'setPassphrase', argument: { passphrase: 'open sesame', current: '' } })
  })

  it('ask for the present passphrase before it is changed, and before it is taken away', async () => {
    await open(stateWith({}, { secrets: { storage: 'passphrase', locked: false, memoryAccepted: false } }))
    await button('Remove passphrase').click()
    await button('Cancel').click()
    await button('Change passphrase').click()
    await answerWith(page, 'setPassphrase', { ok: false, code: 'wrong-passphrase', field: 'current' })
    await field('Current passphrase').fill('wrong')
    await field('New passphrase').fill('open sesame')
    await field('Repeat new passphrase').fill('open sesame')
    await button('Change passphrase').click()
    await page.getByText('This passphrase is wrong.').waitFor()
  })

  it('tell how an update stands, and what can be done with it', async () => {
    await open(stateWith({}, { update: { phase: 'none', checkedAtMs: null } }))
    await button('Check now').click()
    expect(await lastAsked(1)).toEqual({ name: 'checkForUpdate' })
    await tell(page, stateWith({}, { update: { phase: 'downloading', version: '0.2.0', percent: 40 } }))
    await page.getByText('Downloading Mailbell 0.2.0: 40%').waitFor()
    await tell(page, stateWith({}, { update: { phase: 'available', version: '0.2.0' } }))
    await button('Open download page').waitFor()
    await tell(page, stateWith({}, { update: { phase: 'ready', version: '0.2.0' } }))
    await button('Restart to update').click()
    expect(await lastAsked(2)).toEqual({ name: 'installUpdate' })
    await tell(page, stateWith({}, { update: { phase: 'off' } }))
    await page.getByText('This copy doesn’t update itself.').waitFor()
    expect(await page.getByLabel('Check for updates').count()).toBe(0)
  })

  it('say what an import has brought', async () => {
    await open(stateWith())
    const imported = { accounts: ['a@example.org', 'b@example.org'], servers: ['https://mail.example.org'], commandSkipped: true }
    await answerWith(page, 'importSettings', { ok: true, imported })
    await button('Import…').click()
    const said = page.locator('.action [role=status]', { hasText: '2 accounts imported' })
    await said.waitFor()
    expect(await said.innerText()).toMatch(/a@example\.org and b@example\.org.*1 server imported.*The command .* was not imported/)
    await answerWith(page, 'importSettings', { ok: true, imported: null })
    await button('Import…').click()
    await until(async () => (await said.count()) === 0, 5_000)
    await answerWith(page, 'importSettings', { ok: false, code: 'bad-file', detail: 'accounts.0.port' })
    await button('Import…').click()
    expect(await page.getByRole('alert').innerText()).toMatch(/Nothing was changed\.[^]*accounts\.0\.port/)
  })

  it('name every file before everything is removed', async () => {
    await open(stateWith())
    await answerWith(page, 'listAppFiles', { ok: true, files: ['/home/kim/.config/Mailbell/settings.json'] })
    await button('Remove all Mailbell data…').click()
    await page.getByText('/home/kim/.config/Mailbell/settings.json').waitFor()
    await button('Remove all data').click()
    await page.getByText('This can’t be undone.').waitFor()
    await page.getByRole('group', { name: 'Remove all data' }).getByRole('button', { name: 'Remove all data' }).click()
    expect(await lastAsked(2)).toEqual({ name: 'removeAppData' })
  })
})

describe.runIf(needs('chromium'))('the first page', () => {
  let studio: Studio
  let page: Page
  beforeAll(async () => {
    studio = await openStudio()
    page = await studio.chromium.context.newPage()
  })
  afterAll(() => studio.close())
  const first = (change: Partial<DesktopState> = {}): WindowState => windowState({ desktop: desktopState({ firstRun: true, ...change }) })
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '')

  it('goes through its three steps by the keyboard alone, and then home', async () => {
    await openWindow(page, studio.server.url, first())
    expect(await focused()).toBe('Welcome to Mailbell')
    await page.getByLabel('Language').selectOption('ko')
    await until(async () => (await asked(page)).length === 1, 5_000)
    await page.getByRole('button', { name: 'Continue' }).focus()
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('Add your email')
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Tab')
    expect(await focused()).toBe('Try the demo mailbox')
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('How should Mailbell notify you?')
    await page.getByLabel('Start at login').press('Space')
    await page.getByRole('button', { name: 'Finish', exact: true }).press('Enter')
    await until(async () => (await asked(page)).length === 3, 5_000)
    expect((await asked(page)).map(({ name }) => name)).toEqual(['updateSharedSettings', 'updateDesktopSettings', 'finishFirstRun'])
    await tell(page, windowState())
    await page.locator('#open-settings:focus').waitFor()
  })

  it('comes back from adding an account where it was left, and goes on once one was added', async () => {
    await openWindow(page, studio.server.url, first())
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Connect to server' }).click()
    await page.keyboard.press('Escape')
    await page.getByText('Add your email').waitFor()
    await page.locator('#open-connect:focus').press('Enter')
    await page.getByLabel('Server address').fill('https://mail.example.org')
    await page.getByLabel('Token').fill('t')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText('How should Mailbell notify you?').waitFor()
  })

  it('can be left at once', async () => {
    await openWindow(page, studio.server.url, first())
    await page.getByRole('button', { name: 'Skip' }).click()
    await until(async () => (await asked(page)).at(-1)?.name === 'finishFirstRun', 5_000)
  })

  it.each(LOOKS)('has no serious finding of axe, and fits: %s, %s', async (theme, language) => {
    await openWindow(page, studio.server.url, inLook(first(), theme, language))
    for (const next of ['.first-run .primary', '.choices li:last-child button', '.nothing']) {
      expect(await findings(page)).toEqual([])
      await page.setViewportSize({ width: 190, height: 280 })
      expect(await overflows(page)).toBe(false)
      await page.setViewportSize({ width: 380, height: 560 })
      if ((await page.locator(next).count()) > 0) await page.click(next)
    }
  })
})

describe.runIf(needs('chromium'))('passwords that cannot be read', () => {
  let studio: Studio
  let page: Page
  beforeAll(async () => {
    studio = await openStudio()
    page = await studio.chromium.context.newPage()
  })
  afterAll(() => studio.close())
  const waiting = (change: Partial<DesktopState>, more: Partial<WindowState> = {}): WindowState => {
    const [local] = windowState().servers
    const absent = account({ unread: null, status: 'error', error: { code: 'auth', message: '' }, folders: [], latest: [] })
    return windowState({
      servers: local ? [{ ...local, accounts: [absent] }] : [],
      desktop: desktopState({ managedAccounts: ['kim@example.org'], unavailable: ['kim@example.org'], ...change }),
      ...more,
    })
  }
  const locked = { storage: 'passphrase', locked: true, memoryAccepted: false } as const

  it('are unlocked in the window; a wrong passphrase is said at its field', async () => {
    await openWindow(page, studio.server.url, waiting({ secrets: locked }))
    await page.getByText('Locked. Enter your passphrase.').waitFor()
    expect(await findings(page)).toEqual([])
    await answerWith(page, 'unlock', { ok: false, code: 'wrong-passphrase', field: 'passphrase' })
    await page.getByLabel('Passphrase', { exact: true }).fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByText('This passphrase is wrong.').waitFor()
    await page.getByRole('button', { name: 'Forgot passphrase' }).click()
    await page.getByRole('button', { name: 'Start over' }).click()
    await until(async () => (await asked(page)).at(-1)?.name === 'resetSecrets', 5_000)
  })

  it('are asked for again, account by account', async () => {
    await openWindow(page, studio.server.url, waiting({}))
    await page.getByText('The password is not on this computer.').waitFor()
    await page.getByRole('button', { name: 'Sign in again to kim@example.org' }).click()
    await until(async () => (await asked(page)).at(-1)?.name === 'readAccount', 5_000)
    expect((await asked(page)).at(-1)?.argument).toBe('kim@example.org')
  })

  it('without a keyring are forgotten or sealed, as the person says', async () => {
    await openWindow(page, studio.server.url, windowState({ notices: [{ id: 'no-keyring' }] }))
    await page.getByRole('button', { name: 'Keep until I quit' }).click()
    expect(await asked(page)).toEqual([{ name: 'acceptMemoryStorage' }])
    await page.getByRole('button', { name: 'Set passphrase' }).click()
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
  })
})
