import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../../common/protocol/outcome.ts'
import { DEFAULT_DESKTOP_SETTINGS, type DesktopSettings } from '../../../../common/protocol/settings.ts'
import type { WindowState } from '../../../../common/protocol/window-state.ts'
import type { Account } from '../../../../common/protocol/wire.ts'
import { desktopParts } from '../../../helpers/desktop/desktop-state.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings } from '../../looks.ts'
import { CERTIFICATE } from '../../found.ts'
import { answerRequest, requestsOf, showState } from '../../scripted-bridge.ts'
import { account, allStates, windowState, withAccounts } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'
import { UNDO_OVER_MS } from '../../../helpers/web/undo.ts'

describe.runIf(needs(browserName))('an account', () => {
  const ui = useBuiltWindow()
  const { open } = ui
  const isFocused = (at: Locator): Promise<boolean> => at.evaluate((element) => element === document.activeElement)

  const refused = account({ status: 'error', error: { code: 'auth', message: 'The server refused the login.' } })
  const more = (name: string) => ui.page.getByRole('button', { name: `More actions for ${name}` })
  const unreadShown = (): Promise<string | null> => ui.page.locator('.headline').getAttribute('data-unread')
  async function markAllRead(): Promise<void> {
    await more('kim@example.org').click()
    await ui.page.getByRole('menuitem', { name: 'Mark all as read' }).click()
    await ui.page.mouse.move(0, 0)
  }
  const chosen = (change: Partial<DesktopSettings>): WindowState =>
    windowState({ ...desktopParts({ managedAccounts: ['kim@example.org'], settings: { ...DEFAULT_DESKTOP_SETTINGS, ...change } }) })

  it('is muted, excluded from the count and marked as read from its menu, as a whole or by folder, by the keyboard alone', async () => {
    await open(windowState())
    const opener = more('kim@example.org')
    const { keyboard } = ui.page
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await keyboard.press(key)
    }
    const focused = (): Promise<string> => ui.page.evaluate(() => document.activeElement?.textContent ?? '')
    await opener.press('Enter')
    expect(await ui.page.getByRole('menu', { name: 'More actions for kim@example.org' }).count()).toBe(1)
    expect(await focused()).toBe('Mark all as read')
    expect(await findings(ui.page)).toEqual([])
    await press('Enter')
    expect(await isFocused(opener)).toBe(true)
    await opener.press('ArrowDown')
    await press('u')
    expect(await focused()).toBe('Until tomorrow')
    await press('Enter')
    // From the last item, into the menu of a folder and back.
    await opener.press('ArrowUp')
    expect(await focused()).toBe('Folders')
    await press('ArrowRight', 'ArrowDown')
    expect(await focused()).toBe('회의')
    await press('Enter')
    expect(await ui.page.getByRole('menu', { name: '회의' }).count()).toBe(1)
    expect(await focused()).toBe('For 10 minutes')
    expect(await findings(ui.page)).toEqual([])
    await press('ArrowLeft')
    expect(await focused()).toBe('회의')
    await press('ArrowRight', 'ArrowDown', 'Enter')
    await opener.press('ArrowUp')
    await press('Enter', 'ArrowDown', 'Enter', 'i')
    // Space sets a check mark, and the menu stays.
    await press(' ')
    const counts = ui.page.getByRole('menuitemcheckbox', { name: 'Include in unread count' })
    expect(await isFocused(counts)).toBe(true)
    const whole = { server: 'local', account: 'kim@example.org' }
    const folder = { ...whole, folder: '회의' }
    await until(async () => (await requestsOf(ui.page)).length === 4)
    // The time to undo the first may pass before or after the others.
    const requests = await requestsOf(ui.page)
    expect(requests).toContainEqual({ name: 'markAllRead', argument: whole })
    expect(requests.filter(({ name }) => name !== 'markAllRead')).toEqual([
      { name: 'mute', argument: { scope: whole, until: 'tomorrow' } },
      { name: 'mute', argument: { scope: folder, until: 'hour' } },
      { name: 'updateReaderSettings', argument: { notCounted: [folder] } },
    ])
    await press('Escape')
    expect(await counts.count()).toBe(0)
    expect(await isFocused(opener)).toBe(true)
    await opener.press('Enter')
    await press('Tab')
    expect(await ui.page.getByRole('menu').count()).toBe(0)
  })

  it('has its menu and its toast in a browser without a top layer as well', async () => {
    await open(windowState(), (page) =>
      page.addInitScript(() => {
        for (const name of ['popover', 'showPopover']) Reflect.deleteProperty(HTMLElement.prototype, name)
      }),
    )
    const opener = more('kim@example.org')
    await opener.press('Enter')
    const menu = ui.page.getByRole('menu')
    const [button, box] = [await opener.boundingBox(), await menu.boundingBox()]
    expect(box?.y).toBeGreaterThanOrEqual((button?.y ?? 1e6) + (button?.height ?? 0))
    await ui.page.getByRole('menuitem', { name: 'For 1 hour' }).click()
    expect(await isFocused(opener)).toBe(true)
    await ui.page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
    expect((await requestsOf(ui.page)).map(({ name }) => name)).toEqual(['mute', 'updateReaderSettings'])
  })

  it('says in a toast why it could not be marked as read', async () => {
    await open(windowState())
    await ui.page.clock.install()
    await answerRequest(ui.page, 'markAllRead', { ok: false, code: 'mail-server-refused' })
    await markAllRead()
    await ui.page.clock.fastForward(UNDO_OVER_MS)
    await until(async () => (await unreadShown()) === '9')
    await ui.page.locator('.toast', { hasText: 'The mail server rejected this.' }).waitFor()
    await until(async () => (await ui.page.locator('p[role=status]').textContent()) === 'The mail server rejected this.')
  })

  it('is marked as read at once, and for the servers when the time to undo is over', async () => {
    await open(windowState())
    await ui.page.clock.install()
    await markAllRead()
    await until(async () => (await unreadShown()) === '0')
    expect(await ui.page.locator('.toast').innerText()).toContain('9 emails marked as read')
    expect(await findings(ui.page)).toEqual([])
    expect(await requestsOf(ui.page)).toEqual([])
    await ui.page.clock.fastForward(UNDO_OVER_MS)
    await until(async () => (await requestsOf(ui.page)).length === 1)
    expect(await requestsOf(ui.page)).toEqual([{ name: 'markAllRead', argument: { server: 'local', account: 'kim@example.org' } }])
  })

  it('is unread again if that is undone', async () => {
    await open(windowState())
    await ui.page.clock.install()
    await markAllRead()
    await until(async () => (await unreadShown()) === '0')
    await ui.page.keyboard.press('Control+z')
    await until(async () => (await unreadShown()) === '9')
    await ui.page.clock.fastForward(UNDO_OVER_MS)
    expect(await requestsOf(ui.page)).toEqual([])
  })

  it.each([
    ['not connected', allStates().get('not connected') ?? windowState(), 'Not connected'],
    ['without unread emails', withAccounts(account({ unread: 0, latest: [] })), 'No unread emails'],
  ])('that is %s cannot be marked as read, and says why', async (_what, state, reason) => {
    await open(state)
    await more('kim@example.org').click()
    const item = ui.page.getByRole('menuitem', { name: 'Mark all as read' })
    expect(await item.getAttribute('aria-disabled')).toBe('true')
    expect(await item.innerText()).toContain(reason)
    await item.click({ force: true })
    expect(await requestsOf(ui.page)).toEqual([])
    expect(await ui.page.getByRole('menu').count()).toBe(1)
  })

  it('with an error says why on its line, and everything about it in a layer', async () => {
    await open(withAccounts(refused))
    const line = ui.page.getByRole('button', { name: 'Sign-in rejected' })
    await line.press('Enter')
    const details = ui.page.getByRole('dialog', { name: 'Details of kim@example.org' })
    expect(await details.innerText()).toContain('The server refused the login.')
    expect(await findings(ui.page)).toEqual([])
    await ui.page.keyboard.press('Tab')
    expect(await isFocused(details.getByRole('button', { name: 'Sign in again' }))).toBe(true)
    await ui.page.keyboard.press('Escape')
    expect(await details.count()).toBe(0)
    expect(await isFocused(line)).toBe(true)
    // The window was not hidden.
    expect(await requestsOf(ui.page)).toEqual([])
  })

  it('moves nothing when an error, its menu or a toast appears and disappears', async () => {
    const others = [account({ id: 'lee@example.org', latest: [] }), account({ id: 'mia@example.org', latest: [] })]
    const fine = withAccounts(account(), ...others)
    await open(fine)
    const boxes = (): Promise<unknown> =>
      ui.page.evaluate(() =>
        Array.from(document.querySelectorAll('.account, .count, .account > .name, .menu-place, .latest, .bottom-bar'), (element) =>
          JSON.stringify([element.className, ...['x', 'y', 'height'].map((side) => Reflect.get(element.getBoundingClientRect(), side))]),
        ),
      )
    await ui.page.evaluate(() => document.fonts.ready)
    // Of the number, only its place: it is right-aligned in a box of its own.
    const before = JSON.stringify(await boxes()).replaceAll('count some', 'count')
    const changes: readonly Partial<Account>[] = [
      { status: 'error', error: { code: 'network', message: 'timed out' } },
      { status: 'stale', error: { code: 'rate', message: '' } },
      { notices: ['Your mailbox is full.'] },
    ]
    for (const change of changes) {
      await showState(ui.page, withAccounts(account(change), ...others))
      expect(JSON.stringify(await boxes()).replaceAll(/count (?:some|old)/g, 'count')).toBe(before)
    }
    await showState(ui.page, fine)
    await more('lee@example.org').click()
    expect(JSON.stringify(await boxes()).replaceAll('count some', 'count')).toBe(before)
    await ui.page.getByRole('menuitem', { name: 'For 1 hour' }).click()
    await ui.page.locator('.toast').waitFor()
    expect(JSON.stringify(await boxes()).replaceAll('count some', 'count')).toBe(before)
    await ui.page.getByRole('button', { name: 'Undo' }).click()
    await ui.page.locator('.toast').waitFor({ state: 'detached' })
    expect(JSON.stringify(await boxes()).replaceAll('count some', 'count')).toBe(before)
  })

  it('with an error is retried alone, which its button shows, and the error is announced if it stays', async () => {
    const failed = account({ unread: null, status: 'error', error: { code: 'network', message: 'timed out' }, folders: [], latest: [] })
    await open(withAccounts(failed))
    // The request waits until the test lets it go.
    await ui.page.evaluate(() => {
      const bridge = Reflect.get(window, 'mailbell')
      const { promise, resolve } = Promise.withResolvers<void>()
      const send = bridge.retryAccount
      bridge.retryAccount = (id: string) => promise.then(() => send(id))
      Object.assign(window, { letGo: resolve })
    })
    await showState(ui.page, withAccounts(failed))
    const button = ui.page.locator('.retry button')
    const before = await button.boundingBox()
    expect(await button.getAttribute('aria-label')).toBe('Retry kim@example.org')
    await button.press('Enter')
    await ui.page.getByRole('button', { name: 'Checking…' }).waitFor()
    expect(await button.boundingBox()).toEqual(before)
    expect(await findings(ui.page)).toEqual([])
    await ui.page.evaluate(() => Reflect.get(window, 'letGo')())
    await ui.page.getByRole('button', { name: 'Retry kim@example.org' }).waitFor()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'retryAccount', argument: 'kim@example.org' }])
    expect(await ui.page.locator('.account [role=status]').textContent()).toBe('Can’t be reached')
    await showState(ui.page, windowState())
    await button.waitFor({ state: 'detached' })
  })

  it('says why if the server was not asked to retry it, or to show what it has stored', async () => {
    const failed = (code: 'network' | 'auth') => withAccounts(account({ unread: null, status: 'error', error: { code, message: '' } }))
    await open(failed('network'))
    await answerRequest(ui.page, 'retryAccount', { ok: false, code: 'no-answer' })
    await ui.page.locator('.retry button').click()
    await ui.page.locator('.toast').getByText('The server took too long to respond.').waitFor()
    await showState(ui.page, failed('auth'))
    await answerRequest(ui.page, 'readAccount', { ok: false, code: 'offline' })
    await ui.page.getByRole('button', { name: 'Sign in again to kim@example.org' }).click()
    await ui.page.locator('.toast').getByText('You’re offline.').waitFor()
  })

  it.each([
    ['is outdated by an error', 'stale', true],
    ['is counted', 'ok', false],
  ] as const)('that %s has a button to retry: %s', async (_what, status, has) => {
    await open(withAccounts(account({ status, ...(has && { error: { code: 'network', message: '' } }) })))
    expect(await ui.page.locator('.retry').count()).toBe(has ? 1 : 0)
  })

  it('of a server elsewhere, or of a page that may not manage it, is retried there', async () => {
    const failed = account({ unread: null, status: 'error', error: { code: 'network', message: '' } })
    const { servers } = withAccounts(failed)
    await open(windowState({ servers: servers.map((server) => ({ ...server, kind: 'remote', label: 'mail.example.org' })) }))
    await ui.page.locator('.account-error').waitFor()
    expect(await ui.page.locator('.retry').count()).toBe(0)
    await open(windowState({ servers, manage: null, desktop: null }))
    await ui.page.locator('.account-error').waitFor()
    expect(await ui.page.locator('.retry').count()).toBe(0)
  })

  it('shows what is muted and not counted, and is unmuted in the same place', async () => {
    const scope = { server: 'local', account: 'kim@example.org' }
    await open(chosen({ muted: [{ scope, untilMs: null }], notCounted: [{ ...scope, folder: '회의' }] }))
    const row = ui.page.locator('.account')
    expect(await row.innerText()).toContain('Muted until you unmute')
    expect(await ui.page.locator('.chip.dashed').innerText()).toMatch(/회의: 2\s*Not counted/)
    await more('kim@example.org').click()
    await ui.page.getByRole('menuitem', { name: 'Folders' }).click()
    await ui.page.getByRole('menuitem', { name: 'Inbox' }).click()
    expect(await ui.page.getByRole('menu').innerText()).toContain('whole account')
    await ui.page.getByRole('menuitem', { name: 'Unmute' }).click()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'mute', argument: { scope, until: 'off' } }])
  })

  it('shows the number that counts, and at the top that all accounts are muted', async () => {
    const parts = desktopParts({
      counted: 7,
      settings: { ...DEFAULT_DESKTOP_SETTINGS, muted: [{ scope: null, untilMs: Date.now() + 3_600_000 }] },
    })
    await open(windowState(parts))
    expect(await ui.page.locator('.headline').getAttribute('data-unread')).toBe('7')
    expect(await ui.page.locator('.headline').innerText()).toContain('of 9 unread')
    expect(await ui.page.locator('.header .link').innerText()).toMatch(/Connected[^]*Muted until .*\d/)
  })

  it('is marked as read, muted and left out, but not changed, in a page that may not manage it', async () => {
    await open({ ...windowState(), manage: null, desktop: null })
    await more('kim@example.org').click()
    const items = await ui.page.getByRole('menuitem').allInnerTexts()
    expect(items).toContain('For 1 hour')
    expect(items).not.toContain('Sign in again')
    await ui.page.clock.install()
    await ui.page.getByRole('menuitem', { name: 'Mark all as read' }).click()
    await ui.page.mouse.move(0, 0)
    await ui.page.clock.fastForward(UNDO_OVER_MS)
    await until(async () => (await requestsOf(ui.page)).length === 1)
    expect(await requestsOf(ui.page)).toEqual([{ name: 'markAllRead', argument: { server: 'local', account: 'kim@example.org' } }])
  })

  const STORED = {
    account: 'kim@example.org',
    protocol: 'imap',
    host: 'imap.example.org',
    port: 1143,
    security: 'starttls',
    user: 'kim',
    folders: ['INBOX', '회의'],
    pin: 'ab'.repeat(32),
  } as const

  it('is renamed from its menu by the keyboard alone; an error leaves what was typed', async () => {
    await open(windowState())
    await answerRequest(ui.page, 'renameAccount', { ok: false, code: 'config-not-written' })
    const opener = more('kim@example.org')
    const { keyboard } = ui.page
    const form = ui.page.getByRole('dialog', { name: 'Rename kim@example.org' })
    const name = form.getByLabel('Account name', { exact: true })
    await opener.press('Enter')
    await keyboard.press('r')
    await keyboard.press('Enter')
    expect(await isFocused(name)).toBe(true)
    expect(await findings(ui.page)).toEqual([])
    await keyboard.press('Escape')
    expect([await form.count(), await isFocused(opener)]).toEqual([0, true])
    await opener.press('Enter')
    await keyboard.press('r')
    await keyboard.press('Enter')
    await keyboard.type('업무')
    await keyboard.press('Enter')
    await form.getByRole('alert').getByText('The server can’t write its configuration. Nothing was changed.').waitFor()
    expect(await name.inputValue()).toBe('업무')
    expect(await findings(ui.page)).toEqual([])
    await answerRequest(ui.page, 'renameAccount', { ok: true })
    await name.press('Enter')
    await form.waitFor({ state: 'detached' })
    expect(await isFocused(opener)).toBe(true)
    const sent = { name: 'renameAccount', argument: { account: 'kim@example.org', label: '업무' } }
    expect((await requestsOf(ui.page)).filter(({ name: request }) => request === sent.name)).toEqual([sent, sent])
    await showState(ui.page, withAccounts(account({ label: '업무' }), account({ id: 'lee@example.org', label: '업무', latest: [] })))
    const names = ui.page.locator('.account .name')
    expect(await names.allInnerTexts()).toEqual(['업무 (kim@example.org)', '업무 (lee@example.org)'])
    expect(await names.first().getAttribute('title')).toBe('kim@example.org')
    await more('업무 (kim@example.org)').click()
    await ui.page.getByRole('menuitem', { name: 'Rename' }).click()
    expect(await name.inputValue()).toBe('업무')
    await ui.page.keyboard.press('Escape')
    await ui.page.getByLabel('Search accounts and emails').fill('lee@')
    expect(await names.allInnerTexts()).toEqual(['업무 (lee@example.org)'])
  })

  it('that needs to sign in again has a button for it, and a form filled with what is stored', async () => {
    await open(withAccounts(refused))
    await answerRequest(ui.page, 'readAccount', { ok: true, account: STORED })
    await ui.page.getByRole('button', { name: 'Sign in again to kim@example.org' }).click()
    await ui.page.getByRole('heading', { name: 'Sign in again' }).waitFor()
    expect(await ui.page.locator('main').innerText()).toContain('IMAP at imap.example.org, port 1143, STARTTLS')
    expect(await findings(ui.page)).toEqual([])
    await ui.page.fill('#field-password', 'new')
    await ui.page.keyboard.press('Enter')
    await ui.page.locator('#open-add').waitFor()
    expect(await requestsOf(ui.page)).toEqual([
      { name: 'readAccount', argument: 'kim@example.org' },
      { name: 'signInAgain', argument: { ...STORED, password: 'new' } },
    ])
  })

  it('that is signed in to again leaves the focus at the settings when a link that fails closes the form', async () => {
    const page = { ...withAccounts(refused), desktop: null }
    await open(page)
    await answerRequest(ui.page, 'readAccount', { ok: true, account: STORED })
    await ui.page.getByRole('button', { name: 'Sign in again to kim@example.org' }).click()
    await ui.page.getByRole('heading', { name: 'Sign in again' }).waitFor()
    await showState(ui.page, { ...page, signInLink: { kind: 'failed', error: { ok: false, code: 'bad-link' }, canRetry: false } })
    await ui.page.locator('#open-settings').waitFor()
    expect(await ui.page.evaluate(() => document.activeElement?.id)).toBe('open-settings')
  })

  it('with a changed certificate shows the new one, and pins it only on request', async () => {
    await open(withAccounts(account({ status: 'error', error: { code: 'config', message: 'Another certificate.' } })))
    await answerRequest(ui.page, 'readAccount', { ok: true, account: STORED })
    await ui.page.getByRole('button', { name: 'Sign in again to kim@example.org' }).click()
    const changed: Outcome = { ok: false, code: 'tls', step: 'certificate', certificate: { ...CERTIFICATE, problem: 'changed' } }
    await answerRequest(ui.page, 'signInAgain', changed)
    await ui.page.fill('#field-password', 'same')
    await ui.page.keyboard.press('Enter')
    await ui.page.getByText('It isn’t the one you accepted.').waitFor()
    await answerRequest(ui.page, 'signInAgain', { ok: true })
    await ui.page.getByRole('button', { name: 'It matches' }).click()
    await ui.page.locator('#open-add').waitFor()
    expect((await requestsOf(ui.page)).at(-1)).toMatchObject({
      name: 'signInAgain',
      argument: { pin: CERTIFICATE.fingerprint.replaceAll(':', '').toLowerCase() },
    })
  })

  it('that signs in with the browser needs no client secret again, and shows a cancelled sign-in', async () => {
    await open(withAccounts(refused))
    const { pin: _, ...stored } = STORED
    await answerRequest(ui.page, 'readAccount', { ok: true, account: { ...stored, oauth: { provider: 'google', clientId: 'mine' } } })
    await ui.page.getByRole('button', { name: 'Sign in again to kim@example.org' }).click()
    await answerRequest(ui.page, 'signInAgain', { ok: false, code: 'cancelled' })
    await ui.page.getByRole('button', { name: 'Sign in with the browser' }).click()
    expect(await ui.page.getByRole('alert').innerText()).toBe('The sign-in in the browser was cancelled. Nothing was changed.')
    expect((await requestsOf(ui.page)).at(-1)).toEqual({
      name: 'signInAgain',
      argument: { ...stored, password: '', oauth: { provider: 'google', clientId: 'mine', clientSecret: '' } },
    })
  })

  it('of another server cannot be signed in to here', async () => {
    const [local] = windowState().servers
    if (!local) throw new Error('A state without a server.')
    await open(windowState({ servers: [{ ...local, kind: 'remote', id: 'r', label: 'r', accounts: [refused] }] }))
    expect(await ui.page.getByRole('button', { name: /Sign in/ }).count()).toBe(0)
  })
})
