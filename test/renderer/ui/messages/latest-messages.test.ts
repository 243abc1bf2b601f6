import { describe, expect, it } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../../common/protocol/settings.ts'
import { desktopParts } from '../../../helpers/desktop/desktop-state.ts'
import { isFirefox } from '../../../helpers/web/browser.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { answerRequest, requestsOf, showState } from '../../scripted-bridge.ts'
import { account, windowState, withAccounts } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'

describe.runIf(needs(browserName))('the latest messages', () => {
  const ui = useBuiltWindow()
  const { open } = ui
  const focused = (): Promise<string> => ui.page.evaluate(() => document.activeElement?.id ?? '')
  const button = (name: string) => ui.page.getByRole('button', { name, exact: true })

  it('can be marked as read, archived and deleted, by buttons with their own names and enough size', async () => {
    await open(windowState())
    const names = ['Mark as read: Lunch on Thursday?', 'Archive: Lunch on Thursday?', 'Delete: Lunch on Thursday?']
    for (const name of names) {
      const box = await button(name).boundingBox()
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24)
    }
  })

  it('disappear at once, change when the time to undo is over, and come back with an undo', async () => {
    await open(windowState())
    await ui.page.clock.install()
    await button('Archive: Lunch on Thursday?').click()
    expect(await ui.page.locator('.message').count()).toBe(2)
    await ui.page.getByText('Archived', { exact: true }).first().waitFor()
    await button('Undo').click()
    expect(await ui.page.locator('.message').count()).toBe(3)
    // The focus is back on the message.
    expect(await label()).toBe('Mark as read: Lunch on Thursday?')
    await ui.page.clock.fastForward('00:30')
    expect(await requestsOf(ui.page)).toEqual([])

    await button('Archive: Lunch on Thursday?').click()
    await ui.page.mouse.move(0, 0)
    await ui.page.clock.fastForward('00:30')
    await until(async () => (await requestsOf(ui.page)).length === 1)
    expect(await requestsOf(ui.page)).toEqual([
      { name: 'actOnMessage', argument: { server: 'local', account: 'kim@example.org', message: '2', action: 'archive' } },
    ])
    expect(await ui.page.locator('.toast').count()).toBe(0)
  })

  it('are undone together, also by the keyboard', async () => {
    await open(windowState())
    await button('Delete: Lunch on Thursday?').click()
    await ui.page.locator('[data-action=delete]').first().click()
    await ui.page.getByText('2 emails deleted').first().waitFor()
    await ui.page.keyboard.press('Control+z')
    expect(await ui.page.locator('.message').count()).toBe(3)
    expect(await ui.page.locator('.toast').count()).toBe(0)
  })

  it('wait while the undo button has the focus', async () => {
    await open(windowState())
    await ui.page.clock.install()
    await ui.page.locator('[data-action=read]').first().click()
    await button('Undo').focus()
    await ui.page.clock.fastForward('05:00')
    expect(await requestsOf(ui.page)).toEqual([])
    await ui.page.locator('#open-settings').focus()
    await ui.page.clock.fastForward('00:30')
    await until(async () => (await requestsOf(ui.page)).length === 1)
  })

  it('change at once when the settings open or the window is hidden', async () => {
    await open(windowState())
    await ui.page.locator('[data-action=read]').first().click()
    await ui.page.click('#open-settings')
    await until(async () => (await requestsOf(ui.page)).length === 1)
    await ui.page.keyboard.press('Escape')
    await ui.page.locator('[data-action=delete]').first().click()
    await ui.page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await until(async () => (await requestsOf(ui.page)).length === 2)
  })

  const label = (): Promise<string | null> =>
    ui.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? null)

  it('work by the keyboard alone: the focus moves to the next one when one disappears', async () => {
    await open(windowState())
    await ui.page.locator('#search').focus()
    for (const name of ['More actions for kim@example.org', '회의 자료 공유드립니다', 'Mark as read: 회의 자료 공유드립니다']) {
      await ui.page.keyboard.press('Tab')
      expect(await label()).toBe(name)
    }
    await ui.page.keyboard.press('ArrowDown')
    expect(await label()).toBe('Mark as read: Lunch on Thursday?')
    await ui.page.keyboard.press('ArrowUp')
    await ui.page.keyboard.press('Enter')
    await until(async () => (await label()) === 'Mark as read: Lunch on Thursday?')
    await ui.page.keyboard.press('Delete')
    await until(async () => (await label()) === 'Delete: main is green again')
    await ui.page.keyboard.press('Control+e')
    await until(async () => (await focused()) === 'latest')
    await ui.page.getByText('3 emails changed').first().waitFor()
    await ui.page.keyboard.press('Control+z')
    await until(async () => (await ui.page.locator('.message').count()) === 3)
  })

  it('keep the focus in place when another one arrives at the same moment', async () => {
    const { latest = [] } = account()
    await open(windowState())
    await ui.page.locator('[data-action=read]').first().focus()
    await ui.page.keyboard.press('Enter')
    const fresh = { id: '9', from: 'Lee <lee@example.org>', subject: 'last of all', date: '2020-01-01T00:00:00.000Z' }
    await showState(ui.page, withAccounts(account({ unread: 9, latest: [...latest.slice(1), fresh] })))
    expect(await label()).toBe('Mark as read: Lunch on Thursday?')
  })

  it('announce an action once, and its undo', async () => {
    await open(windowState())
    const live = ui.page.locator('[role=status]')
    await ui.page.locator('[data-action=archive]').first().click()
    await until(async () => (await live.textContent()) === 'Archived')
    await ui.page.keyboard.press('Control+z')
    await until(async () => (await live.textContent()) === 'Undone')
  })

  it('show why one could not be changed, and let it be retried', async () => {
    await open(windowState())
    await answerRequest(ui.page, 'actOnMessage', { ok: false, code: 'mail-server-refused', detail: 'NO [OVERQUOTA] <b>full</b>' })
    await ui.page.clock.install()
    await ui.page.locator('[data-action=archive]').first().click()
    await ui.page.mouse.move(0, 0)
    await ui.page.clock.fastForward('00:30')
    const alert = ui.page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.innerText()).toContain('The mail server rejected this.')
    expect(await alert.innerText()).toContain('NO [OVERQUOTA] <b>full</b>')
    await ui.page.locator('[data-action=archive]').first().click()
    await alert.waitFor({ state: 'detached' })
  })

  it('have no buttons where no action is possible', async () => {
    const { actions: _, ...reading } = account()
    await open(withAccounts(reading))
    expect(await ui.page.locator('.message').count()).toBe(3)
    expect(await ui.page.locator('.message button').count()).toBe(0)
    await showState(ui.page, withAccounts(account({ actions: ['read'] })))
    expect(await ui.page.locator('.message button').count()).toBe(3)
  })

  it('open their page on the web, or else the inbox; the window itself never navigates', async () => {
    await open(withAccounts(account({ url: 'https://mail.example.org/inbox' })))
    const pages = ui.page.context().pages().length
    const url = ui.page.url()
    await ui.page.locator('.message a').nth(0).click()
    // Anywhere on the row except its buttons.
    await ui.page
      .locator('.message')
      .nth(1)
      .click({ position: { x: 5, y: 5 } })
    await until(async () => (await requestsOf(ui.page)).length === 2)
    expect(await requestsOf(ui.page)).toEqual([
      { name: 'openUrl', argument: 'https://mail.example.org/3' },
      { name: 'openUrl', argument: 'https://mail.example.org/inbox' },
    ])
    expect(ui.page.context().pages()).toHaveLength(pages)
    expect(ui.page.url()).toBe(url)
  })

  it('open in the chosen program, also without a URL, and show an error', async () => {
    const settings = { ...DEFAULT_DESKTOP_SETTINGS, opensMailIn: 'program' } as const
    await open({ ...withAccounts(account()), ...desktopParts({ settings }) })
    const pages = ui.page.context().pages().length
    const url = ui.page.url()
    expect(await ui.page.locator('.message a').count()).toBe(3)
    await ui.page.locator('.message a').nth(1).press('Enter')
    await until(async () => (await requestsOf(ui.page)).length === 1)
    const [{ name, argument } = {}] = await requestsOf(ui.page)
    expect([name, argument]).toEqual(['openMessage', { server: 'local', account: 'kim@example.org', message: '2' }])
    expect(await ui.page.getByRole('alert').count()).toBe(0)
    await answerRequest(ui.page, 'openMessage', { ok: false, code: 'not-opened', detail: 'spawn <b>mutt</b> ENOENT' })
    await ui.page.locator('.message a').nth(1).click()
    expect(await ui.page.getByRole('alert').innerText()).toContain('spawn <b>mutt</b> ENOENT')
    await answerRequest(ui.page, 'openMessage', { ok: true })
    await ui.page.locator('.message a').nth(1).press('Enter')
    await ui.page.getByRole('alert').waitFor({ state: 'detached' })
    expect(ui.page.context().pages()).toHaveLength(pages)
    expect(ui.page.url()).toBe(url)
  })

  it('are listed below accounts whose names open their inbox', async () => {
    await open(withAccounts(account({ url: 'https://mail.example.org/inbox' })))
    await ui.page.getByRole('link', { name: 'kim@example.org' }).click()
    await until(async () => (await requestsOf(ui.page)).length === 1)
    expect(await requestsOf(ui.page)).toEqual([{ name: 'openUrl', argument: 'https://mail.example.org/inbox' }])
  })

  it('are plain links in a browser', async () => {
    await open({ ...windowState(), manage: null, desktop: null })
    const opened = ui.page.context().waitForEvent('page')
    await ui.page.locator('.message a').first().click()
    const other = await opened
    expect(await requestsOf(ui.page)).toEqual([])
    expect(await ui.page.locator('.message a').first().getAttribute('rel')).toBe('noreferrer')
    await other.close()
  })

  it('show their senders, subjects and times', async () => {
    const state = windowState()
    const nowMs = Date.now()
    await open(state, (page) => page.clock.setFixedTime(nowMs))
    expect(await ui.page.locator('.message').allInnerTexts()).toEqual([
      'KM\nKim Minji\n2 min. ago\n회의 자료 공유드립니다',
      'AW\nAda, at work\n47 min. ago\nLunch on Thursday?',
      expect.stringMatching(/^B\nbuild@ci\.example\.org\n\S.*\nmain is green again$/),
    ])
  })
})

describe.runIf(needs(browserName))('the list of messages', () => {
  const ui = useBuiltWindow()
  const HOUR_MS = 3_600_000
  const sent = (id: string, hoursAgo: number, from = 'Kim Minji <minji@example.org>') => ({
    id,
    folder: 'INBOX',
    from,
    subject: `subject ${id}`,
    date: new Date(Date.now() - hoursAgo * HOUR_MS).toISOString(),
  })
  const two = () =>
    withAccounts(account({ latest: [sent('1', 0), sent('2', 80)] }), account({ id: 'work@example.com', latest: [sent('3', 0.5)] }))
  const headings = (): Promise<string[]> => ui.page.getByRole('heading', { level: 3 }).allInnerTexts()
  const headline = (): Promise<string> => ui.page.locator('.headline > [aria-hidden]').first().innerText()
  const act = (action: string): Promise<void> => ui.page.locator(`[data-action=${action}]`).first().click()

  it('shows at once what will be, marked as pending, and what was if the action fails', async () => {
    await ui.open(windowState())
    await answerRequest(ui.page, 'actOnMessage', { ok: false, code: 'mail-server-refused', detail: '' })
    await ui.page.clock.install()
    await act('read')
    expect(await headline()).toBe('8 unread')
    expect(await ui.page.locator('.header .link').innerText()).toBe('Connected · 1 change pending')
    await act('delete')
    expect(await headline()).toBe('7 unread')
    await ui.page.mouse.move(0, 0)
    await ui.page.clock.fastForward('00:30')
    await until(async () => (await headline()) === '9 unread')
    expect(await ui.page.locator('.header .link').innerText()).toBe('Connected')
  })

  it('is at rest once all is read, and says so at the top', async () => {
    const [only] = account().latest ?? []
    await ui.open(withAccounts(account({ unread: 1, latest: only ? [only] : [] })))
    await act('archive')
    expect(await ui.page.locator('.headline').innerText()).toBe('All caught up')
    await ui.page.locator('.caught-up').getByText('Nothing is unread.').waitFor()
    await ui.page.keyboard.press('Control+z')
    expect(await headline()).toBe('1 unread')
  })

  it('is by day, or by account, each with what the other heading would say', async () => {
    await ui.open(two())
    const days = await headings()
    expect([days[0], days.at(-1)]).toEqual([expect.stringMatching(/^(?:Today|Yesterday)$/), 'Older'])
    expect(await ui.page.locator('.message .where').count()).toBe(3)
    const choice = ui.page.getByRole('button', { name: 'By account' })
    expect(await choice.getAttribute('aria-pressed')).toBe('false')
    await choice.click()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'updateSharedSettings', argument: { messageGroups: 'account' } }])
    await showState(ui.page, { ...two(), sharedSettings: { ...two().sharedSettings, messageGroups: 'account' } })
    expect(await headings()).toEqual(['kim@example.org', 'work@example.com'])
    expect(await ui.page.locator('.message .where').count()).toBe(0)
    await showState(ui.page, withAccounts(account()))
    expect(await choice.count()).toBe(0)
    expect(await ui.page.locator('.message .where').count()).toBe(0)
  })

  it('begins a new day at midnight', async () => {
    const evening = new Date('2026-06-15T23:59:30Z')
    await ui.open(withAccounts(account({ latest: [{ ...sent('1', 0), date: '2026-06-15T20:00:00Z' }] })), (page) =>
      page.clock.install({ time: evening }),
    )
    expect(await headings()).toEqual(['Today'])
    await ui.page.clock.fastForward('01:00')
    await until(async () => (await headings())[0] === 'Yesterday')
  })

  // The motion of Firefox is chosen at its start.
  it.skipIf(isFirefox)('lets a message glow that has just arrived, and no other', async () => {
    const known = sent('1', 1)
    await ui.open(withAccounts(account({ latest: [known] })))
    await ui.page.emulateMedia({ reducedMotion: 'no-preference' })
    const glowing = (): Promise<string[]> => ui.page.locator('.message.arrived .subject').allInnerTexts()
    expect(await glowing()).toEqual([])
    await showState(ui.page, withAccounts(account({ unread: 10, latest: [sent('2', 0), known, sent('0', 5)] })))
    expect(await glowing()).toEqual(['subject 2'])
    const animated = (): Promise<string[]> =>
      ui.page.evaluate(() => document.getAnimations().map((animation) => (animation as CSSAnimation).animationName ?? ''))
    expect(await animated()).toContain('glow')
    await ui.page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await animated()).not.toContain('glow')
  })

  it('changes nothing while its server is not connected', async () => {
    const [local] = two().servers
    await ui.open({ ...two(), servers: local ? [{ ...local, link: { phase: 'connecting' } }] : [] })
    const button = ui.page.locator('[data-action=delete]').first()
    expect([await button.getAttribute('aria-disabled'), await button.getAttribute('title')]).toEqual(['true', 'Not connected'])
    await button.press('Enter')
    await button.press('Delete')
    expect(await ui.page.locator('.message').count()).toBe(3)
  })

  it('shows the actions of a row in the place of its time when it is pointed at or has the focus', async () => {
    await ui.open(windowState())
    const row = ui.page.locator('.message').nth(1)
    const seen = (): Promise<string[]> =>
      row.evaluate((element) => ['.actions', '.when'].map((at) => getComputedStyle(element.querySelector(at) ?? element).opacity))
    expect(await seen()).toEqual(['0', '1'])
    await row.hover()
    expect(await seen()).toEqual(['1', '0'])
    await ui.page.mouse.move(0, 0)
    await row.locator('a, button').first().focus()
    await ui.page.keyboard.press('ArrowUp')
    await ui.page.keyboard.press('ArrowDown')
    expect(await seen()).toEqual(['1', '0'])
    for (const button of await row.getByRole('button').all()) {
      const box = await button.boundingBox()
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(30)
    }
  })

  it('has 2,000 rows without laying out those out of sight', async () => {
    const many = Array.from({ length: 100 }, (_, at) =>
      account({
        id: `a${at}@example.org`,
        unread: 20,
        latest: Array.from({ length: 20 }, (_none, id) => sent(`${at}-${id}`, 1 + at + id)),
      }),
    )
    await ui.open(withAccounts(...many))
    expect(await ui.page.locator('.message').count()).toBe(2_000)
    const isSkipped = (nth: number): Promise<boolean> =>
      ui.page
        .locator('.message')
        .nth(nth)
        .evaluate((row) => !row.querySelector('.subject')?.checkVisibility({ contentVisibilityAuto: true }))
    expect(await isSkipped(1_999)).toBe(true)
    const heightOf = (): Promise<number> => ui.page.locator('.latest').evaluate((list) => list.getBoundingClientRect().height)
    const height = await heightOf()
    await ui.page.locator('.message').nth(1_999).scrollIntoViewIfNeeded()
    await until(async () => !(await isSkipped(1_999)))
    expect(await heightOf()).toBe(height)
  })
})
