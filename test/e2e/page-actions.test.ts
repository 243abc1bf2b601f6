/** Every action of the page in a real browser, to its end: what a person sees, and the number afterwards. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OutcomeCode } from '../../common/protocol/outcome.ts'
import { browserName, needs } from '../helpers/parts.ts'
import { send } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { type Fault, html, problem } from './fault-proxy.ts'
import { type OpenPage, type Pages, showsCount, showsNothingRaw, startPages } from './pages.ts'
import { UNDO_OVER_MS } from '../helpers/web/undo.ts'

type End = readonly [fault: Fault | 'offline', code: OutcomeCode, says: string]

const UNCONFIRMED = 'The server’s response didn’t arrive. The change may have been made anyway.'

/** How an action can end besides 204, and what the page says then. */
const ENDS: Readonly<Record<string, End>> = {
  'a token that is gone (401)': [problem('unauthorized'), 'unauthorized', 'The server rejected the token. It may be wrong or revoked.'],
  'a token that allows less (403)': [problem('forbidden'), 'forbidden', 'The token doesn’t allow this.'],
  'a message that is gone (404)': [problem('not-found'), 'gone', 'This email no longer exists.'],
  'a source without actions (409)': [problem('cannot-act'), 'cannot-act', 'Emails in this account can’t be changed from here.'],
  'an error of the server (500)': [problem('internal'), 'internal', 'The server had an internal error.'],
  'a mail server that refuses (502)': [problem('mail-server-refused'), 'mail-server-refused', 'The mail server rejected this.'],
  'a mail server that is away (503)': [
    problem('mail-server-unreachable'),
    'mail-server-unreachable',
    'Can’t reach the mail server. Try again in a moment.',
  ],
  'a full queue (503)': [problem('too-many-acts'), 'too-many-acts', 'Too many actions are waiting. Try again in a moment.'],
  'a mail server that is late (504)': [
    problem('mail-server-timeout'),
    'mail-server-timeout',
    'The mail server took too long to respond. It may have made the change anyway.',
  ],
  'a proxy without its server (502)': [html(502), 'unconfirmed', UNCONFIRMED],
  'a proxy that denies access (403)': [html(403), 'denied', 'A proxy in front of the server denies access (error 403).'],
  'a network that wants a sign-in (302)': [
    { do: 'answer', status: 302, headers: { location: 'http://portal.test/' } },
    'redirected-page',
    'This address redirects elsewhere. A network or a proxy may want you to sign in: reload the page.',
  ],
  'a connection that is closed': [{ do: 'close' }, 'unconfirmed', UNCONFIRMED],
  'no answer in time': [{ do: 'hang' }, 'unconfirmed', UNCONFIRMED],
  'no network': ['offline', 'offline', 'You’re offline. Mailbell reconnects as soon as there is a network.'],
}
/** All actions share what an end means; these differ in what the page does. */
const SOME_ENDS = [
  'a token that allows less (403)',
  'a message that is gone (404)',
  'a source without actions (409)',
  'a mail server that refuses (502)',
  'a mail server that is away (503)',
  'no answer in time',
  'no network',
]
const endsOf = (isAll: boolean): readonly string[] => (isAll ? Object.keys(ENDS) : SOME_ENDS)
const statusOf = (fault: End[0]): { readonly status?: number } =>
  fault !== 'offline' && fault.do === 'answer' ? { status: fault.status } : {}

/** Longer than an action may take. */
const ACTION_OVER_MS = 31_000

describe.runIf(needs(browserName))('in the page of a browser', () => {
  let pages: Pages
  let full: OpenPage
  let page: Page
  let korean: OpenPage
  beforeAll(async () => {
    pages = await startPages({ config: { demo: true } })
    full = await pages.open('full')
    korean = await pages.open('full', 'ko')
    page = full.page
  })
  /** Two unread emails, "one" and "two". */
  beforeEach(async () => {
    await demo({ action: 'read', account: 'demo' })
    // Otherwise the page may still have the two emails of the previous test.
    for (const each of [full, korean]) await shows(0, each.page)
    for (const subject of ['one', 'two']) await demo({ action: 'deliver', account: 'demo', subject })
    for (const each of [full, korean]) await shows(2, each.page)
  })
  afterEach(async () => {
    for (const each of [full, korean]) await heal(each.page)
  })
  afterAll(() => pages.close())

  async function demo(body: object): Promise<void> {
    expect((await send(pages.server.port, 'POST', '/v1/demo', { token: 'full', body })).status).toBe(204)
  }
  const unreadOnServer = (): number | undefined => pages.server.board.get('demo')?.counts?.unread
  async function shows(unread: number, on = page): Promise<void> {
    await showsCount(on, unread)
    await until(async () => (await on.locator('.message').count()) === unread)
    await until(async () => (await on.locator('.count span').first().innerText()) === String(unread))
    // The page counts an email that it has removed before the server does.
    await until(() => unreadOnServer() === unread)
  }
  const button = (name: string, on = page): Locator => on.getByRole('button', { name, exact: true })
  const posts = (): number => pages.proxy.seen.filter((request) => request.startsWith('POST')).length
  /** Lets the action run into its end. */
  async function meet(fault: End[0], act: () => Promise<void>, on = page): Promise<void> {
    if (fault === 'offline') await on.context().setOffline(true)
    else pages.proxy.break('POST', fault)
    const before = posts()
    await act()
    if (fault === 'offline') return
    await until(() => posts() > before)
    if (fault.do === 'hang') await on.clock.fastForward(ACTION_OVER_MS)
  }
  async function heal(on = page): Promise<void> {
    pages.proxy.heal()
    await on.context().setOffline(false)
  }

  const ACTIONS = { read: 'Mark as read: two', archive: 'Archive: two', delete: 'Delete: two' } as const
  describe.each(Object.entries(ACTIONS))('the action %s on a message', (action, name) => {
    const act = async (): Promise<void> => {
      await button(name).click()
      await page.mouse.move(0, 0)
      await until(async () => (await page.locator('.message').count()) === 1)
      await page.clock.fastForward(UNDO_OVER_MS)
    }

    test('removes the row at once, and the number follows (204)', async () => {
      await act()
      await shows(1)
      expect(await page.locator('.subject').innerText()).toBe('one')
      expect(await page.getByRole('alert').count()).toBe(0)
    })

    test.each(endsOf(action === 'delete'))('takes the row back after %s, says why, and works at the next try', async (end) => {
      const [fault, , says] = ENDS[end] ?? expect.fail()
      await meet(fault, act)
      const row = page.locator('.message').filter({ hasText: 'two' })
      await row.getByRole('alert').waitFor()
      expect(await row.getByRole('alert').innerText()).toBe(says)
      expect(await showsNothingRaw(page)).toBe(true)
      await heal()
      await shows(2)
      await act()
      await shows(1)
      expect(await page.getByRole('alert').count()).toBe(0)
    })

    test('follows the server if only the answer is lost', async () => {
      await meet({ do: 'lose' }, act)
      await heal()
      await shows(1)
      expect(await page.locator('.subject').innerText()).toBe('one')
      expect(await page.getByRole('alert').count()).toBe(0)
    })

    test('sends nothing if it is undone', async () => {
      const before = posts()
      await button(name).click()
      await button('Undo').click()
      await page.clock.fastForward(UNDO_OVER_MS)
      await shows(2)
      expect(posts()).toBe(before)
      expect(await page.locator('.toast').count()).toBe(0)
    })
  })

  /** What has no row, and the number after 204. Its error is a toast. Marking as read leaves time to undo. */
  const BUTTONS = {
    'Mark all as read (account)': { key: 'markAllRead', after: 0, isInMenu: true },
    'Mark all as read (demo)': { key: 'markAllRead', after: 0, isInMenu: false },
    'Deliver a test email': { key: 'deliver', after: 3, isInMenu: false },
  } as const
  describe.each(Object.entries(BUTTONS))('%s', (_, { key, after, isInMenu }) => {
    const act = async ({ page: on, words }: OpenPage): Promise<void> => {
      if (isInMenu) await button(words.t('moreFor', { account: 'demo' }), on).click()
      await on.getByRole(isInMenu ? 'menuitem' : 'button', { name: words.t(key), exact: true }).click()
      if (key !== 'markAllRead') return
      await on.mouse.move(0, 0)
      await until(async () => (await on.locator('.message').count()) === 0)
      await on.clock.fastForward(UNDO_OVER_MS)
    }
    const toast = (on: Page): Locator => on.locator('.toast p')

    test('changes the number (204)', async () => {
      await act(full)
      await shows(after)
      expect(await page.getByRole('alert').count()).toBe(0)
    })

    test.each(endsOf(key === 'deliver' || isInMenu))(
      'says what happened after %s in each language, and works at the next try',
      async (end) => {
        const [fault, code, says] = ENDS[end] ?? expect.fail()
        for (const each of [korean, full]) {
          const { words } = each
          await meet(fault, () => act(each), each.page)
          // An account is no email.
          const expected = words.error({ code: code === 'gone' ? 'not-found' : code, ...statusOf(fault) })
          await until(async () => (await toast(each.page).allInnerTexts()).join() === expected)
          if (words.language === 'en' && code !== 'gone') expect(expected).toBe(says)
          expect(await showsNothingRaw(each.page)).toBe(true)
          await heal(each.page)
          await shows(2, each.page)
        }
        await act(full)
        await shows(after)
        expect(await toast(page).allInnerTexts()).toEqual([])
      },
    )
  })
})
