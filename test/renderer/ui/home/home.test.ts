import { describe, expect, it } from 'vitest'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings, overflows } from '../../looks.ts'
import { answerRequest, requestsOf, showState } from '../../scripted-bridge.ts'
import { account, allStates, windowState, withAccounts } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'
import { UNDO_OVER_MS } from '../../../helpers/web/undo.ts'

describe.runIf(needs(browserName))('the first view', () => {
  const ui = useBuiltWindow()
  const { open } = ui

  it('shows the texts of others as plain text only', async () => {
    const hostile = [
      '<img src=x onerror="document.title=\'taken\'">',
      '‮gnp.eciovni ⁧⁦ &amp; <b>bold</b>',
      '$t(settings) {{count}}',
      `${'👩‍👩‍👧‍👦'.repeat(300)}`,
      'x'.repeat(1_000_000),
      '\u0000\u0007\n\n\u2028line',
      '\ud83d lone \udc00',
      'javascript:alert(1)',
      '',
    ]
    const latest = hostile.map((text, index) => ({ id: `${index}${text}`, folder: text, from: text, subject: text }))
    await open(
      withAccounts(
        account({
          id: '<script>$t(settings)</script>',
          unread: hostile.length,
          latest: latest.map((mail) => ({ ...mail, url: 'javascript:document.title=1' })),
          folders: hostile.map((path) => ({ path, unread: 1 })),
          notices: hostile,
        }),
      ),
    )
    expect(await ui.page.locator('.message').count()).toBe(hostile.length)
    expect(await ui.page.locator('main :is(img, b, i, script, a)').count()).toBe(0)
    const words = await ui.page.evaluate(() => {
      const texts = [document.body.textContent]
      for (const element of document.querySelectorAll('*')) texts.push(...Array.from(element.attributes, ({ value }) => value))
      return texts.join('')
    })
    // oxlint-disable-next-line no-control-regex
    expect(words).not.toMatch(/[\u0000-\u0008\u200e\u200f\u202a-\u202e\u2066-\u2069]/)
    expect(words.isWellFormed()).toBe(true)
    expect(await ui.page.title()).toBe('Mailbell')
    expect(await ui.page.locator('.subject').allInnerTexts()).toContain('$t(settings) {{count}}')
    expect(await ui.page.locator('.subject').allInnerTexts()).toContain('(no subject)')
    expect(await ui.page.locator('.name').innerText()).toBe('<script>$t(settings)</script>')
    expect(await ui.page.evaluate(() => document.body.textContent.length)).toBeLessThan(25_000)
    expect(await overflows(ui.page)).toBe(false)
  })

  it('shows a notice of the mail server on the line of the account, and announces it once', async () => {
    await open(windowState())
    await ui.page.locator('[role=status]').evaluate((region) => {
      const announced: (string | null)[] = []
      Object.assign(window, { announced })
      new MutationObserver(() => announced.push(region.textContent)).observe(region, {
        characterData: true,
        childList: true,
        subtree: true,
      })
    })
    await showState(ui.page, withAccounts(account({ notices: ['Your mailbox is full.'] })))
    expect(await ui.page.locator('.account').innerText()).toContain('Mail server: Your mailbox is full.')
    const live = ui.page.locator('[role=status]')
    await until(async () => (await live.textContent()) === 'Mail server: Your mailbox is full.')
    await showState(ui.page, withAccounts(account({ unread: 10, notices: ['Your mailbox is full.'] })))
    await until(async () => (await live.textContent()) === '10 unread emails')
    // The server restarts, and counts again.
    await showState(ui.page, withAccounts(account({ unread: 10, status: 'stale' })))
    await showState(ui.page, withAccounts(account({ unread: 10, notices: ['Your mailbox is full.'] })))
    await showState(ui.page, withAccounts(account({ unread: 11, notices: ['Your mailbox is full.'] })))
    await until(async () => (await live.textContent()) === '11 unread emails')
    const announced = await ui.page.evaluate((): string[] => Reflect.get(window, 'announced'))
    expect(announced.filter((text) => text !== '')).toEqual(['Mail server: Your mailbox is full.', '10 unread emails', '11 unread emails'])
  })

  it('has the demo buttons only for the demo server', async () => {
    await open(windowState())
    expect(await ui.page.getByRole('button', { name: 'Deliver a test email' }).count()).toBe(0)
    await showState(ui.page, allStates().get('demo') ?? windowState())
    await ui.page.getByRole('button', { name: 'Deliver a test email' }).click()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'changeDemo', argument: { action: 'deliver', account: 'demo' } }])
  })

  it('has demo buttons that name the demo beside other accounts, and change nothing else', async () => {
    const demo = allStates().get('demo') ?? windowState()
    const servers = demo.servers.map((server) => ({ ...server, accounts: [account(), ...(server.accounts ?? [])] }))
    await open({ ...demo, servers }, (page) => page.clock.install())
    const buttons = ui.page.getByRole('group', { name: 'Demo mailbox' }).getByRole('button')
    expect(await buttons.allInnerTexts()).toEqual(['Deliver a test email to demo', 'Mark the demo as read'])
    for (const button of await buttons.all()) await button.click()
    await ui.page.mouse.move(0, 0)
    await ui.page.clock.fastForward(UNDO_OVER_MS)
    await until(async () => (await requestsOf(ui.page)).length === 2)
    expect(await requestsOf(ui.page)).toEqual([
      { name: 'changeDemo', argument: { action: 'deliver', account: 'demo' } },
      { name: 'changeDemo', argument: { action: 'read', account: 'demo' } },
    ])
    const twoOfDemo = servers.map((server) => ({ ...server, demo: ['kim@example.org', 'demo'] }))
    await showState(ui.page, { ...demo, servers: twoOfDemo })
    await until(async () => (await buttons.allInnerTexts()).join() === 'Deliver a test email to kim@example.org,Mark all as read')
  })

  describe('Mark all as read of the demo', () => {
    const demo = () => allStates().get('demo') ?? windowState()
    const markRead = () => ui.page.getByRole('button', { name: 'Mark all as read' }).click()
    const shows = (unread: string | null) => until(async () => (await unreadShown()) === unread)
    const unreadShown = () => ui.page.locator('.headline').getAttribute('data-unread')

    it('shows at once what will be, and is sent after the time to undo', async () => {
      await open(demo(), (page) => page.clock.install())
      const before = await unreadShown()
      await markRead()
      await shows('0')
      expect(await requestsOf(ui.page)).toEqual([])
      await ui.page.getByRole('button', { name: 'Undo' }).click()
      await shows(before)
      await ui.page.clock.fastForward(UNDO_OVER_MS)
      expect(await requestsOf(ui.page)).toEqual([])
      await markRead()
      await ui.page.mouse.move(0, 0)
      await ui.page.clock.fastForward(UNDO_OVER_MS)
      await until(async () => (await requestsOf(ui.page)).length > 0)
      expect(await requestsOf(ui.page)).toEqual([{ name: 'changeDemo', argument: { action: 'read', account: 'demo' } }])
    })

    it('is done before an email is delivered', async () => {
      await open(demo(), (page) => page.clock.install())
      await markRead()
      await ui.page.getByRole('button', { name: 'Deliver a test email' }).click()
      await until(async () => (await requestsOf(ui.page)).length === 2)
      expect(await requestsOf(ui.page)).toEqual([
        { name: 'changeDemo', argument: { action: 'read', account: 'demo' } },
        { name: 'changeDemo', argument: { action: 'deliver', account: 'demo' } },
      ])
      expect(await ui.page.locator('.toast').count()).toBe(0)
    })
  })

  it('shows why the demo mailbox could not be changed', async () => {
    await open(allStates().get('demo') ?? windowState(), (page) => page.clock.install())
    await answerRequest(ui.page, 'changeDemo', { ok: false, code: 'forbidden' })
    await ui.page.getByRole('button', { name: 'Mark all as read' }).click()
    await ui.page.mouse.move(0, 0)
    await ui.page.clock.fastForward(UNDO_OVER_MS)
    await ui.page.locator('.toast', { hasText: 'The token doesn’t allow this.' }).waitFor()
  })

  it('says why the one server with accounts is not connected, beside this computer without any', async () => {
    const state = allStates().get('two servers') ?? windowState()
    const [local, remote] = state.servers
    if (!local || !remote) throw new Error('A state without servers.')
    await open({ ...state, servers: [{ ...local, accounts: [] }, remote] })
    expect(await ui.page.getByRole('heading', { level: 2 }).allInnerTexts()).toContain('mailbell.example.org')
    expect(await ui.page.getByText('This computer').count()).toBe(0)
    await ui.page.getByRole('button', { name: 'Not connected' }).click()
    const details = ui.page.getByRole('dialog', { name: 'Details of mailbell.example.org' })
    expect(await details.innerText()).toMatch(/Can’t reach the server\.[^]*retrying at/)
    await details.getByRole('button', { name: 'Retry now' }).click()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'checkNow' }])
  })

  it('says why the only connection is down in a toast, which leaves when it is closed or the connection is back', async () => {
    const lost = allStates().get('not connected') ?? windowState()
    await open(lost)
    const toast = ui.page.getByRole('group', { name: 'Can’t reach the server.' })
    await toast.getByRole('button', { name: 'Retry now' }).click()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'checkNow' }])
    await showState(ui.page, windowState())
    await toast.waitFor({ state: 'detached' })
    await showState(ui.page, lost)
    await toast.getByRole('button', { name: 'Dismiss' }).press('Enter')
    await toast.waitFor({ state: 'detached' })
    await showState(ui.page, { ...lost })
    expect(await toast.count()).toBe(0)
  })

  it('loads the page again from the toast if the address redirects elsewhere', async () => {
    const [local] = windowState().servers
    if (!local) throw new Error('A state without a server.')
    const link = { phase: 'retrying', atMs: Date.now() + 45_000, problem: { code: 'redirected-page', detail: '' } } as const
    await open(windowState({ manage: null, desktop: null, servers: [{ ...local, link }] }))
    const loaded = ui.page.waitForEvent('load')
    await ui.page.locator('.toast').getByRole('button', { name: 'Reload' }).click()
    await loaded
    expect(await requestsOf(ui.page)).toEqual([])
  })

  it('has its toast at a whole pixel above the bottom bar, in one line of buttons or two', async () => {
    const lost = allStates().get('not connected') ?? windowState()
    for (const language of ['en', 'ko'] as const) {
      await open({ ...lost, language })
      for (const width of [190, 260, 320, 380, 1200]) {
        await ui.page.setViewportSize({ width, height: 560 })
        const [toast, bar] = [await ui.page.locator('.toast').boundingBox(), await ui.page.locator('.bottom-bar').boundingBox()]
        if (!toast || !bar) throw new Error('There is a toast above the bar.')
        expect([toast.x, toast.y, toast.height].map((at) => at % 1)).toEqual([0, 0, 0])
        expect(toast.y + toast.height).toBeLessThan(bar.y - 8)
        expect(toast.y + toast.height).toBeGreaterThan(bar.y - 16)
      }
    }
  })

  it('sorts the accounts, and leaves out those without unread emails, by the keyboard', async () => {
    const accounts = [account({ id: 'b', unread: 5 }), account({ id: 'a', unread: 0, latest: [] }), account({ id: 'c', unread: 9 })]
    const state = withAccounts(...accounts)
    await open(state)
    const names = (): Promise<string[]> => ui.page.locator('.account > .name').allInnerTexts()
    expect(await names()).toEqual(['a', 'b', 'c'])
    const opener = ui.page.getByRole('button', { name: 'Sort and filter accounts' })
    await opener.press('Enter')
    for (const key of ['ArrowDown', 'Enter']) await ui.page.keyboard.press(key)
    await opener.press('ArrowUp')
    await ui.page.keyboard.press('Enter')
    expect(await requestsOf(ui.page)).toEqual([
      { name: 'updateSharedSettings', argument: { accountOrder: 'unread' } },
      { name: 'updateSharedSettings', argument: { accountFilter: 'unread' } },
    ])
    const { sharedSettings } = state
    await showState(ui.page, { ...state, sharedSettings: { ...sharedSettings, accountOrder: 'unread', accountFilter: 'unread' } })
    expect(await names()).toEqual(['c', 'b'])
    await opener.click()
    const most = ui.page.getByRole('menuitemradio', { name: 'Most unread first' })
    expect(await most.getAttribute('aria-checked')).toBe('true')
    await ui.page.keyboard.press('Escape')
    await ui.page.getByRole('button', { name: 'Show all' }).click()
    expect((await requestsOf(ui.page)).at(-1)).toEqual({ name: 'updateSharedSettings', argument: { accountFilter: 'all' } })
    // A search finds them all the same.
    await ui.page.fill('#search', 'a')
    expect(await names()).toContain('a')
  })

  it('has fifty accounts on one screen of a desk', async () => {
    await open(withAccounts(...Array.from({ length: 50 }, (_, index) => account({ id: `person${index}@example.org`, latest: [] }))))
    await ui.page.setViewportSize({ width: 1600, height: 1000 })
    const box = await ui.page.locator('.servers').boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 1e6)).toBeLessThan(1000)
    expect(await findings(ui.page)).toEqual([])
    await ui.page.setViewportSize({ width: 380, height: 560 })
    expect(await overflows(ui.page)).toBe(false)
  })

  it.each([
    ['not connected', 'retrying', 9, 'Not connected'],
    ['read', 'live', 0, 'No unread emails'],
  ] as const)('has no demo button that cannot work: %s', async (_what, phase, unread, reason) => {
    const state = allStates().get('demo') ?? windowState()
    const lost = allStates().get('not connected')?.servers[0]?.link
    const servers = state.servers.map((server) => ({
      ...server,
      ...(phase === 'retrying' && lost && { link: lost }),
      accounts: [account({ id: 'demo', unread, folders: [], latest: [] })],
    }))
    await open({ ...state, servers })
    const button = ui.page.getByRole('button', { name: 'Mark all as read' })
    expect(await button.getAttribute('title')).toBe(reason)
    await button.click({ force: true })
    expect(await requestsOf(ui.page)).toEqual([])
  })

  it('dismisses a notice', async () => {
    await open(windowState({ notices: [{ id: 'no-keyring' }] }))
    await ui.page.getByRole('button', { name: 'Dismiss' }).click()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'dismissNotice', argument: 'no-keyring' }])
  })

  it('has no buttons to add accounts or servers in a page that only reads, and one to add accounts if it manages them', async () => {
    await open(windowState({ manage: null, desktop: null }))
    expect(await ui.page.locator('#open-add, #open-connect').count()).toBe(0)
    await open(windowState({ desktop: null }))
    await ui.page.locator('#open-add').click()
    await ui.page.getByLabel('Email address').waitFor()
    expect(await ui.page.locator('#open-connect, .known').count()).toBe(0)
    expect(await requestsOf(ui.page)).toEqual([])
  })
})
