import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Language, Theme, WindowState } from '../../main/ipc.ts'
import { type Chromium, launchChromium } from '../helpers/chromium.ts'
import { needs } from '../helpers/parts.ts'
import { until } from '../helpers/until.ts'
import { type PageServer, account, allStates, answerWith, asked, openWindow, servePage, tell, windowState } from './page.ts'

let server: PageServer
let chromium: Chromium
let page: Page

describe.runIf(needs('chromium'))('the window', () => {
  beforeAll(async () => {
    server = await servePage()
    chromium = await launchChromium({ viewport: { width: 380, height: 560 }, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' })
  })
  afterAll(async () => {
    await chromium.close()
    await server.close()
  })

  async function open(state: WindowState): Promise<Page> {
    page = await chromium.context.newPage()
    await openWindow(page, server.url, state)
    return page
  }
  afterEach(async () => {
    const violations = await page.evaluate(() => window.violations)
    await page.close()
    expect(violations).toEqual([])
  })

  const withAccounts = (...accounts: ReturnType<typeof account>[]): WindowState => {
    const [local] = windowState().servers
    return windowState({ servers: local ? [{ ...local, accounts }] : [] })
  }
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '')
  const overflows = (): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

  interface AxeResult {
    readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: readonly { readonly html: string }[] }[]
  }
  /** `evaluate` is not bound by the page's policy, so axe gets in without an exception being made for it. */
  async function findings(): Promise<string[]> {
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run())
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  }

  const inLook = (state: WindowState, theme: Theme, language: Language): WindowState => ({
    ...state,
    language,
    preferences: { ...state.preferences, theme },
  })

  describe('every view', () => {
    const looks = (['light', 'dark'] as const).flatMap((theme) => (['en', 'ko'] as const).map((language) => [theme, language] as const))

    it.each(looks)('has no serious finding of axe-core, and fits into 320 pixels (%s, %s)', async (theme, language) => {
      const wrong: string[] = []
      const look = async (name: string): Promise<void> => {
        wrong.push(...(await findings()).map((finding) => `${name}: ${finding}`))
        if (await overflows()) wrong.push(`${name}: scrolls sideways`)
      }
      await open(inLook(windowState(), theme, language))
      await page.setViewportSize({ width: 320, height: 560 })
      for (const [name, state] of allStates()) {
        await tell(page, inLook(state, theme, language))
        await look(name)
      }
      await tell(page, inLook(windowState(), theme, language))
      for (const view of ['add', 'connect', 'settings']) {
        await page.click(`#open-${view}`)
        await look(view)
        if (view === 'settings') {
          await page.click('.quiet')
          await look('confirm')
          await page.keyboard.press('Escape')
        } else {
          await page.click('button[type=submit]')
          await look(`${view} with errors`)
        }
        await page.keyboard.press('Escape')
      }
      expect(wrong).toEqual([])
      expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset['theme']])).toEqual([
        language,
        theme,
      ])
    })

    it('neither scrolls sideways nor breaks the words of its head at 190 pixels, which is the window at 200 %', async () => {
      await open(windowState())
      await page.setViewportSize({ width: 190, height: 280 })
      for (const state of allStates().values()) {
        await tell(page, state)
        expect(await overflows()).toBe(false)
        expect((await page.locator('.total').boundingBox())?.width).toBeGreaterThan(150)
      }
    })
  })

  describe('numbers', () => {
    it('shows a count that is not counted yet as no number', async () => {
      await open(withAccounts(account({ unread: null, status: 'pending', checkedAt: null })))
      expect(await page.locator('.count').innerText()).toBe('–')
      expect(await page.locator('.account').innerText()).toContain('Not counted yet')
    })

    it('says of a number that it may be old when the link is lost, and stops saying so when it lives', async () => {
      const states = allStates()
      await open(states.get('not connected') ?? windowState())
      expect(await page.locator('.account').innerText()).toMatch(/May be old – last checked \d+:\d\d/)
      expect(await page.locator('.header').innerText()).toMatch(/May be old\s+Not connected – next try in 4\d s/)
      await tell(page, windowState())
      await page.getByText('May be old').first().waitFor({ state: 'detached' })
    })

    it('counts down to the next try by itself, and tries at once when asked', async () => {
      await open(allStates().get('not connected') ?? windowState())
      const line = page.locator('.header .link')
      const before = await line.innerText()
      await until(async () => (await line.innerText()) !== before, 5_000)
      await page.getByRole('button', { name: 'Try now' }).click()
      expect(await asked(page)).toEqual([{ name: 'checkNow' }])
    })

    it('moves nothing when the count changes', async () => {
      await open(withAccounts(account({ unread: 9, latest: [] })))
      await page.evaluate(() => document.fonts.ready)
      const boxes = (): Promise<unknown> =>
        page.evaluate(() =>
          ['.header', '.tile', '.total', '.account', '.name', '.more'].map((at) =>
            JSON.stringify(document.querySelector(at)?.getBoundingClientRect()),
          ),
        )
      const before = await boxes()
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      await page.evaluate(() => void (window.shifts.length = 0))
      for (const unread of [10, 99, 0, 1]) {
        await tell(page, withAccounts(account({ unread, latest: [], folders: [{ path: 'INBOX', role: 'inbox', unread }] })))
        expect(await page.locator('.tile').innerText()).toBe(String(unread))
        expect(await boxes()).toEqual(before)
      }
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      // A number grows to the left within its own box; that is all that may move.
      const moved = await page.evaluate(() => window.shifts)
      expect(moved.filter((name) => !/^(?:count|tile) /.test(name))).toEqual([])
    })

    it('tells a screen reader a changed number once, and nothing at the start', async () => {
      await open(windowState())
      const live = page.locator('[role=status]')
      expect(await live.textContent()).toBe('')
      await page.evaluate(() => {
        const region = document.querySelector('[role=status]')
        if (!region) throw new Error('There is no live region.')
        const said: string[] = []
        Object.assign(window, { said })
        new MutationObserver(() => region.textContent && said.push(region.textContent)).observe(region, {
          childList: true,
          characterData: true,
          subtree: true,
        })
      })
      await tell(page, withAccounts(account({ unread: 10 })))
      await tell(page, withAccounts(account({ unread: 10, checkedAt: new Date().toISOString() })))
      await until(async () => (await live.textContent()) !== '', 5_000)
      expect(await page.evaluate(() => (window as unknown as { said: string[] }).said)).toEqual(['10 unread mails'])
    })
  })

  describe('what strangers write', () => {
    it('is text and nothing else', async () => {
      const hostile = [
        '<img src=x onerror="document.title=\'taken\'">',
        '‮gnp.eciovni ⁧⁦ &amp; <b>bold</b>',
        '$t(settings) {{count}}',
        `${'👩‍👩‍👧‍👦'.repeat(300)}`,
        'x'.repeat(1_000_000),
        '\u0000\u0007\n\n\u2028line',
        '',
      ]
      const latest = hostile.map((text, index) => ({ id: String(index), from: text, subject: text }))
      await open(
        withAccounts(
          account({ id: '<script>$t(settings)</script>', unread: hostile.length, latest, folders: [{ path: '<i>{{count}}', unread: 1 }] }),
        ),
      )
      expect(await page.locator('.mail').count()).toBe(hostile.length)
      expect(await page.locator('main :is(img, b, i, script)').count()).toBe(0)
      expect(await page.title()).toBe('Mailbell')
      expect(await page.locator('.subject').allInnerTexts()).toContain('$t(settings) {{count}}')
      expect(await page.locator('.subject').allInnerTexts()).toContain('(no subject)')
      expect(await page.locator('.name').innerText()).toBe('<script>$t(settings)</script>')
      expect(await page.evaluate(() => document.body.textContent.length)).toBeLessThan(10_000)
      expect(await overflows()).toBe(false)
    })
  })

  describe('the form for an account', () => {
    it('is filled in by the keyboard alone, and its defaults follow the address', async () => {
      await open(windowState())
      await page.locator('#open-add').focus()
      await page.keyboard.press('Enter')
      await until(async () => page.evaluate(() => document.activeElement?.tagName === 'H1'), 5_000)
      await page.keyboard.press('Tab')
      await page.keyboard.type('lee@example.org')
      await page.keyboard.press('Tab')
      await page.keyboard.type('pass word ')
      await page.keyboard.press('Enter')
      await page.locator('#open-add').waitFor()
      expect(await asked(page)).toEqual([
        {
          name: 'addImapAccount',
          argument: {
            account: 'lee@example.org',
            host: 'imap.example.org',
            port: 993,
            security: 'tls',
            user: 'lee@example.org',
            password: 'pass word ',
            folders: [],
          },
        },
      ])
      await until(async () => (await focused()) === 'open-add', 5_000)
    })

    it('ties each error to its field, goes to the first, and asks nothing of the app', async () => {
      await open(windowState())
      await page.click('#open-add')
      await page.fill('#field-port', '70000')
      await page.click('button[type=submit]')
      await until(async () => (await focused()) === 'field-account', 5_000)
      const port = page.locator('#field-port')
      expect(await port.getAttribute('aria-invalid')).toBe('true')
      const described = (await port.getAttribute('aria-describedby')) ?? ''
      expect(await page.locator(`#${described}`).innerText()).toBe('Type a number from 1 to 65535.')
      expect(await asked(page)).toEqual([])
    })

    it('says why a login failed, and loses nothing of what was typed, even on the way back and forth', async () => {
      await open(windowState())
      await page.click('#open-add')
      await page.fill('#field-account', 'lee@example.org')
      await page.fill('#field-password', 'wrong')
      await page.fill('#field-folders', 'INBOX\n회의')
      await answerWith(page, 'addImapAccount', { ok: false, code: 'auth', detail: 'NO [AUTHENTICATIONFAILED]' })
      await page.click('button[type=submit]')
      expect(await page.getByRole('alert').innerText()).toContain('The user name or the password was refused.')
      expect(await page.getByRole('alert').innerText()).toContain('NO [AUTHENTICATIONFAILED]')
      await page.keyboard.press('Escape')
      await page.click('#open-add')
      expect(await page.inputValue('#field-password')).toBe('wrong')
      expect(await page.inputValue('#field-folders')).toBe('INBOX\n회의')
    })
  })

  describe('what may be asked for', () => {
    it('hides by Escape on the first view, and only goes back on the others', async () => {
      await open(windowState())
      await page.click('#open-settings')
      await page.keyboard.press('Escape')
      await page.locator('#open-settings').waitFor()
      expect(await asked(page)).toEqual([])
      await page.keyboard.press('Escape')
      expect(await asked(page)).toEqual([{ name: 'hide' }])
    })

    it('asks in place before it removes an account, and Escape takes the question back', async () => {
      await open(windowState())
      await page.click('#open-settings')
      await page.getByRole('button', { name: 'Remove kim@example.org' }).click()
      await page.keyboard.press('Escape')
      expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0)
      await page.getByRole('button', { name: 'Remove kim@example.org' }).click()
      await page.getByRole('button', { name: 'Remove', exact: true }).click()
      await until(async () => (await asked(page)).length > 0, 5_000)
      expect(await asked(page)).toEqual([{ name: 'removeAccount', argument: 'kim@example.org' }])
    })

    it('has the demo buttons only where a server is the demo', async () => {
      await open(windowState())
      expect(await page.getByRole('button', { name: 'Deliver a test mail' }).count()).toBe(0)
      await tell(page, allStates().get('demo') ?? windowState())
      await page.getByRole('button', { name: 'Deliver a test mail' }).click()
      await page.getByRole('button', { name: 'Mark all read' }).click()
      expect(await asked(page)).toEqual([
        { name: 'changeDemo', argument: { action: 'deliver', account: 'demo' } },
        { name: 'changeDemo', argument: { action: 'read', account: 'demo' } },
      ])
    })

    it('says why the demo mailbox could not be changed', async () => {
      await open(allStates().get('demo') ?? windowState())
      await answerWith(page, 'changeDemo', { ok: false, code: 'unauthorized', detail: 'The token does not allow this' })
      await page.getByRole('button', { name: 'Mark all read' }).click()
      expect(await page.getByRole('alert').innerText()).toContain('The token does not allow this')
    })

    it('dismisses a notice', async () => {
      await open(windowState({ notices: [{ id: 'no-keyring' }] }))
      await page.getByRole('button', { name: 'Dismiss' }).click()
      expect(await asked(page)).toEqual([{ name: 'dismissNotice', argument: 'no-keyring' }])
    })

    it('offers no way to add anything where the app keeps nothing', async () => {
      await open(windowState({ canManage: false, managedAccounts: [] }))
      expect(await page.locator('#open-add, #open-connect').count()).toBe(0)
    })

    it('shows senders, subjects and times of the latest mails', async () => {
      await open(windowState())
      expect(await page.locator('.mail').allInnerTexts()).toEqual([
        'Kim Minji\n2 min. ago\n회의 자료 공유드립니다',
        'Ada, at work\n47 min. ago\nLunch on Thursday?',
        expect.stringMatching(/^build@ci\.example\.org\n(yesterday)\nmain is green again$/),
      ])
    })
  })
})
