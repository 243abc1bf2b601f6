/** Every screen of the window, and how to reach it. */
import type { Page } from 'playwright-core'
import { DEFAULT_DESKTOP_SETTINGS } from '../../common/protocol/settings.ts'
import type { DesktopState, WindowState } from '../../common/protocol/window-state.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import { type DesktopChange, desktopParts } from '../helpers/desktop/desktop-state.ts'
import { FOUND, KNOWN, PROMPTS, UNTRUSTED } from '../renderer/found.ts'
import { answerRequest, neverAnswer, type Outcomes } from '../renderer/scripted-bridge.ts'
import { account, allStates, pageState, sampleHistory, windowState, withAccounts } from '../renderer/states.ts'

export interface Screen {
  readonly state: WindowState
  /** How requests are answered from the start. */
  readonly outcomes?: Outcomes
  /** A window with two columns, as high as it is shown; else a narrow one, as high as its content. */
  readonly isWide?: boolean
  /** The steps from the first view. */
  readonly reach?: (page: Page) => Promise<void>
}

const EVERYTHING: DesktopSettings = {
  ...DEFAULT_DESKTOP_SETTINGS,
  notCounted: [{ server: 'local', account: 'kim@example.org', folder: '회의' }],
  muted: [{ scope: null, untilMs: null }],
  quietHours: [{ days: [0, 1, 2, 3, 4], from: '22:00', to: '07:00' }],
  vips: ['boss@example.org', '@family.example'],
  opensMailIn: 'command',
  mailCommand: 'thunderbird mid:{messageId}',
  shortcut: 'Control+Alt+M',
}

export function screens(): ReadonlyMap<string, Screen> {
  const made = new Map<string, Screen>(Array.from(allStates(), ([name, state]) => [name, { state }]))
  const state = windowState()
  made.set('settings', { state, reach: (page) => page.click('#open-settings') })
  const toSettings = (page: Page): Promise<void> => page.click('#open-settings')
  const desktopWith = (change: DesktopChange): WindowState =>
    windowState({ ...desktopParts({ managedAccounts: ['kim@example.org'], ...change }) })
  made.set('settings with everything set', {
    state: desktopWith({
      settings: EVERYTHING,
      secrets: { storage: 'memory', locked: false, memoryAccepted: true },
      update: { phase: 'downloading', version: '0.2.0', percent: 40 },
    }),
    reach: toSettings,
  })
  made.set('settings with a passphrase', {
    state: desktopWith({
      secrets: { storage: 'passphrase', locked: false, memoryAccepted: false },
      update: { phase: 'ready', version: '0.2.0' },
    }),
    reach: toSettings,
  })
  const chosen = desktopWith({ settings: EVERYTHING, counted: 7 })
  made.set('muted, with a folder not counted', { state: chosen })
  made.set('account menu', {
    state: chosen,
    reach: (page) => page.locator('.menu-place button').first().click(),
  })
  const twins = withAccounts(
    account({ label: 'Work' }),
    account({ id: 'lee@example.org', label: 'Work', unread: 2, latest: [], folders: [] }),
  )
  const openRename = async (page: Page): Promise<void> => {
    await page.locator('.menu-place button').first().click()
    await page.locator('[data-item=rename]').click()
  }
  made.set('rename an account', { state: twins, reach: openRename })
  made.set('settings with an account renamed', {
    state: withAccounts(account({ label: 'Work' })),
    reach: (page) => page.click('#open-settings'),
  })
  made.set('account error', { state: allStates().get('several') ?? state, reach: (page) => page.locator('.account-error').first().click() })
  made.set('many accounts', { state: manyAccounts(), reach: (page) => page.click('.section-head [aria-haspopup=menu]') })
  made.set('settings search', {
    state,
    async reach(page) {
      await toSettings(page)
      await page.fill('#search', 'a')
    },
  })
  made.set('mute menu', { state, reach: (page) => page.click('.tools [aria-haspopup=menu]') })
  made.set('history', {
    state,
    outcomes: { readHistory: { ok: true, history: sampleHistory() } },
    reach: (page) => page.locator('.sparkline > button').waitFor(),
  })
  made.set('checked', { state: { ...state, check: { isRunning: false, endedAtMs: Date.now() - 60_000 } } })
  made.set('without a tray', { state: desktopWith({ isTrayMissing: true }) })
  made.set('undo', {
    state,
    async reach(page) {
      await page.evaluate(stopLongTimers)
      await page.locator('[data-action=archive]').first().click()
    },
  })
  made.set('nothing found', { state, reach: (page) => page.fill('#search', 'xyz') })
  made.set('invitation', {
    state: desktopWith({ invitation: { url: 'https://mail.team.example.org/bell', host: 'mail.team.example.org' } }),
  })
  made.set('sign in again', { state: allStates().get('several') ?? state, reach: signInAgain })
  made.set('settings of the page', { state: { ...state, manage: null, desktop: null }, reach: toSettings })
  const absent = account({ unread: null, status: 'error', error: { code: 'auth', message: '' }, folders: [], latest: [] })
  const [local] = state.servers
  const waiting = (change: Partial<DesktopState>): WindowState => ({
    ...desktopWith({ unavailable: ['kim@example.org'], ...change }),
    servers: local ? [{ ...local, accounts: [absent] }] : [],
  })
  made.set('locked', { state: waiting({ secrets: { storage: 'passphrase', locked: true, memoryAccepted: false } }) })
  made.set('without a password', { state: waiting({}) })
  const first = desktopWith({ firstRun: true, managedAccounts: [] })
  made.set('first run', { state: first })
  made.set('first run, account', { state: first, reach: (page) => page.click('.first-run .primary') })
  made.set('first run, notifications', {
    state: first,
    async reach(page) {
      await page.click('.first-run .primary')
      await page.click('#open-demo')
    },
  })
  made.set('known accounts', {
    state,
    outcomes: { readKnownAccounts: { ok: true, known: KNOWN } },
    reach: (page) => page.click('#open-add'),
  })
  const several = allStates().get('several') ?? state
  made.set('wide', { state: several, isWide: true })
  made.set('wide, settings', { state, isWide: true, reach: toSettings })
  made.set('connect', { state, reach: (page) => page.click('#open-connect') })
  made.set('add', { state, reach: (page) => page.click('#open-add') })
  for (const [name, found] of Object.entries(FOUND)) made.set(`add ${name}`, { state, reach: (page) => find(page, found) })
  made.set('add an unknown certificate', {
    state,
    async reach(page) {
      await find(page, FOUND['one server'])
      await answerRequest(page, 'addAccount', UNTRUSTED)
      await page.fill('#field-password', 'secret')
      await page.click('button[type=submit]')
      await page.locator('.certificate').waitFor()
    },
  })
  for (const [name, prompt] of Object.entries(PROMPTS))
    made.set(`sign in with ${name}`, { state: pageState(prompt), reach: signInByBrowser })
  made.set('sign in with a wrong address', {
    state: pageState(PROMPTS['an address to paste']),
    outcomes: { sendRedirectAddress: { ok: false, code: 'wrong-address' } },
    async reach(page) {
      await signInByBrowser(page)
      await page.fill('#field-redirect', 'https://accounts.example.org/')
      await page.click('.paste-address button')
      await page.locator('.paste-address .field-error').waitFor()
      await page.locator('#field-redirect').blur()
    },
  })
  const page = pageState()
  made.set('link that failed', {
    state: { ...page, signInLink: { kind: 'failed', error: { ok: false, code: 'no-answer' }, canRetry: true } },
  })
  made.set('view that did not load', {
    state: page,
    async reach(tab) {
      await tab.route('**/assets/later-views-*.js', (route) => route.fulfill({ status: 404 }))
      await tab.reload()
      await tab.click('#open-settings')
      await tab.getByRole('alert').waitFor()
    },
  })
  return made
}

/** One screen is enough for them on a desk: lines are low, and numbers stand below each other. */
function manyAccounts(): WindowState {
  const accounts = Array.from({ length: 50 }, (_, index) =>
    account({ id: `person${index}@example.org`, unread: (index * 7) % 120, folders: [], latest: [] }),
  )
  return withAccounts(...accounts)
}

/** In the page: the time to undo must not end while the panels are drawn. */
function stopLongTimers(): void {
  const { setTimeout: start } = globalThis
  Object.assign(globalThis, { setTimeout: (callback: () => void, ms = 0) => (ms < 5_000 ? start(callback, ms) : 0) })
}

async function signInAgain(page: Page): Promise<void> {
  const stored = {
    account: 'a@example.org',
    protocol: 'imap',
    host: 'imap.example.org',
    port: 993,
    security: 'tls',
    user: 'a',
    folders: [],
  } as const
  await answerRequest(page, 'readAccount', { ok: true, account: stored })
  await page.locator('.account-error').first().click()
  await page.getByRole('dialog').getByRole('button').first().click()
  await page.locator('.found').waitFor()
}

async function signInByBrowser(page: Page): Promise<void> {
  await find(page, FOUND['a sign-in in the browser'])
  await neverAnswer(page, 'addAccount')
  await page.fill('#field-clientId', '1d8c4a6e-mine')
  await page.click('button[type=submit]')
  await page.locator('.browser-wait').waitFor()
}

async function find(page: Page, found: (typeof FOUND)[keyof typeof FOUND]): Promise<void> {
  await answerRequest(page, 'findMailbox', found)
  await page.click('#open-add')
  await page.fill('#field-account', 'lee@example.org')
  await page.click('button[type=submit]')
  await page.locator('.set-up, .found').first().waitFor()
}
