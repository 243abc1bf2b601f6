import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS } from '../../common/protocol/settings.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import { desktopState } from '../helpers/desktop-state.ts'
import { needs } from '../helpers/parts.ts'
import { until } from '../helpers/until.ts'
import { findings, inLook, LOOKS, overflows } from './emulated-media.ts'
import { CERTIFICATE, account, allStates, answerWith, asked, openWindow, tell, windowState } from './page.ts'
import { closePage, openStudio, type Studio } from './bundle.ts'

let studio: Studio
let page: Page

describe.runIf(needs('chromium'))('the window', () => {
  beforeAll(async () => {
    studio = await openStudio()
  })
  afterAll(() => studio.close())

  async function open(state: WindowState): Promise<Page> {
    page = await studio.chromium.context.newPage()
    await openWindow(page, studio.server.url, state)
    return page
  }
  afterEach(() => closePage(page))

  const withAccounts = (...accounts: ReturnType<typeof account>[]): WindowState => {
    const [local] = windowState().servers
    return windowState({ servers: local ? [{ ...local, accounts }] : [] })
  }
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '')
  describe('every view', () => {
    it.each(LOOKS)('has no serious finding of axe-core, and fits into 320 pixels (%s, %s)', async (theme, language) => {
      const wrong: string[] = []
      const look = async (name: string): Promise<void> => {
        wrong.push(...(await findings(page)).map((finding) => `${name}: ${finding}`))
        if (await overflows(page)) wrong.push(`${name}: scrolls sideways`)
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
          await page.click('.text-button')
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
        expect(await overflows(page)).toBe(false)
        expect((await page.locator('.total').boundingBox())?.width).toBeGreaterThan(150)
      }
    })
  })

  describe('numbers', () => {
    it('shows a count that is not counted yet as no number', async () => {
      await open(withAccounts(account({ unread: null, status: 'pending', checkedAt: null })))
      expect(await page.locator('.count').innerText()).toBe('–')
      expect(await page.locator('.account').innerText()).toContain('Not checked yet')
    })

    it('says of a number that it may be old when the link is lost, and stops saying so when it lives', async () => {
      const states = allStates()
      await open(states.get('not connected') ?? windowState())
      expect(await page.locator('.account').innerText()).toMatch(/May be outdated – checked \d+:\d\d/)
      expect(await page.locator('.header').innerText()).toMatch(/May be outdated\s+Not connected – retrying in 4\d s/)
      await tell(page, windowState())
      await page.getByText('May be outdated').first().waitFor({ state: 'detached' })
    })

    it('counts down to the next try by itself, and tries at once when asked', async () => {
      await open(allStates().get('not connected') ?? windowState())
      const line = page.locator('.header .link')
      const before = await line.innerText()
      await until(async () => (await line.innerText()) !== before, 5_000)
      await page.getByRole('button', { name: 'Retry now' }).click()
      expect(await asked(page)).toEqual([{ name: 'checkNow' }])
    })

    it('moves nothing when the count changes', async () => {
      await open(withAccounts(account({ unread: 9, latest: [] })))
      await page.evaluate(() => document.fonts.ready)
      const boxes = (): Promise<unknown> =>
        page.evaluate(() =>
          ['.header', '.tile', '.total', '.account', '.name', '.bottom-bar'].map((at) =>
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
      expect(await page.evaluate(() => (window as unknown as { said: string[] }).said)).toEqual(['10 unread emails'])
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
      expect(await page.locator('.message').count()).toBe(hostile.length)
      expect(await page.locator('main :is(img, b, i, script, a)').count()).toBe(0)
      const words = await page.evaluate(() => {
        const texts = [document.body.textContent]
        for (const element of document.querySelectorAll('*')) texts.push(...Array.from(element.attributes, ({ value }) => value))
        return texts.join('')
      })
      // oxlint-disable-next-line no-control-regex
      expect(words).not.toMatch(/[\u0000-\u0008\u200e\u200f\u202a-\u202e\u2066-\u2069]/)
      expect(words.isWellFormed()).toBe(true)
      expect(await page.title()).toBe('Mailbell')
      expect(await page.locator('.subject').allInnerTexts()).toContain('$t(settings) {{count}}')
      expect(await page.locator('.subject').allInnerTexts()).toContain('(no subject)')
      expect(await page.locator('.name').innerText()).toBe('<script>$t(settings)</script>')
      expect(await page.evaluate(() => document.body.textContent.length)).toBeLessThan(25_000)
      expect(await overflows(page)).toBe(false)
    })
  })

  describe('the latest mails', () => {
    const button = (name: string) => page.getByRole('button', { name, exact: true })

    it('can be marked read, archived and deleted, each by a button of its own name and size', async () => {
      await open(windowState())
      const names = ['Mark as read: Lunch on Thursday?', 'Archive: Lunch on Thursday?', 'Delete: Lunch on Thursday?']
      for (const name of names) {
        const box = await button(name).boundingBox()
        expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24)
      }
    })

    it('are gone at once, done once the time is over, and stay as they are after an undo', async () => {
      await open(windowState())
      await page.clock.install()
      await button('Archive: Lunch on Thursday?').click()
      expect(await page.locator('.message').count()).toBe(2)
      await page.getByText('Archived', { exact: true }).first().waitFor()
      await button('Undo').click()
      expect(await page.locator('.message').count()).toBe(3)
      // The keyboard is back where the mail is.
      expect(await label()).toBe('Mark as read: Lunch on Thursday?')
      await page.clock.fastForward('00:30')
      expect(await asked(page)).toEqual([])

      await button('Archive: Lunch on Thursday?').click()
      await page.mouse.move(0, 0)
      await page.clock.fastForward('00:30')
      await until(async () => (await asked(page)).length === 1, 5_000)
      expect(await asked(page)).toEqual([
        { name: 'actOnMessage', argument: { server: 'local', account: 'kim@example.org', message: '2', action: 'archive' } },
      ])
      expect(await page.locator('.undo').count()).toBe(0)
    })

    it('are undone together, and by the keyboard as well', async () => {
      await open(windowState())
      await button('Delete: Lunch on Thursday?').click()
      await page.locator('[data-action=delete]').first().click()
      await page.getByText('2 emails deleted').first().waitFor()
      await page.keyboard.press('Control+z')
      expect(await page.locator('.message').count()).toBe(3)
      expect(await page.locator('.undo').count()).toBe(0)
    })

    it('wait while somebody is at the button that undoes', async () => {
      await open(windowState())
      await page.clock.install()
      await page.locator('[data-action=read]').first().click()
      await button('Undo').focus()
      await page.clock.fastForward('05:00')
      expect(await asked(page)).toEqual([])
      await page.locator('#open-settings').focus()
      await page.clock.fastForward('00:30')
      await until(async () => (await asked(page)).length === 1, 5_000)
    })

    it('are done at once where the person goes on to the settings, or hides the window', async () => {
      await open(windowState())
      await page.locator('[data-action=read]').first().click()
      await page.click('#open-settings')
      await until(async () => (await asked(page)).length === 1, 5_000)
      await page.keyboard.press('Escape')
      await page.locator('[data-action=delete]').first().click()
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      })
      await until(async () => (await asked(page)).length === 2, 5_000)
    })

    const label = (): Promise<string | null> =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? null)

    it('are gone through by the keyboard alone: the next one has it when one has gone', async () => {
      await open(windowState())
      await page.locator('#search').focus()
      for (const name of ['More for kim@example.org', '회의 자료 공유드립니다', 'Mark as read: 회의 자료 공유드립니다']) {
        await page.keyboard.press('Tab')
        expect(await label()).toBe(name)
      }
      await page.keyboard.press('ArrowDown')
      expect(await label()).toBe('Mark as read: Lunch on Thursday?')
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Enter')
      await until(async () => (await label()) === 'Mark as read: Lunch on Thursday?', 5_000)
      await page.keyboard.press('Delete')
      await until(async () => (await label()) === 'Delete: main is green again', 5_000)
      await page.keyboard.press('Control+e')
      await until(async () => (await focused()) === 'latest', 5_000)
      await page.getByText('3 emails changed').first().waitFor()
      await page.keyboard.press('Control+z')
      await until(async () => (await page.locator('.message').count()) === 3, 5_000)
    })

    it('keep the keyboard where it is when another one comes in the same moment', async () => {
      const { latest = [] } = account()
      await open(windowState())
      await page.locator('[data-action=read]').first().focus()
      await page.keyboard.press('Enter')
      const fresh = { id: '9', from: 'Lee <lee@example.org>', subject: 'last of all', date: '2020-01-01T00:00:00.000Z' }
      await tell(page, withAccounts(account({ unread: 9, latest: [...latest.slice(1), fresh] })))
      expect(await label()).toBe('Mark as read: Lunch on Thursday?')
    })

    it('tell a screen reader once what was done, and that it was taken back', async () => {
      await open(windowState())
      const live = page.locator('[role=status]')
      await page.locator('[data-action=archive]').first().click()
      await until(async () => (await live.textContent()) === 'Archived', 5_000)
      await page.keyboard.press('Control+z')
      await until(async () => (await live.textContent()) === 'Undone', 5_000)
    })

    it('say in words why one could not be changed, and let it be tried again', async () => {
      await open(windowState())
      await answerWith(page, 'actOnMessage', { ok: false, code: 'mail-refused', detail: 'NO [OVERQUOTA] <b>full</b>' })
      await page.clock.install()
      await page.locator('[data-action=archive]').first().click()
      await page.mouse.move(0, 0)
      await page.clock.fastForward('00:30')
      const alert = page.getByRole('alert')
      await alert.waitFor()
      expect(await alert.innerText()).toContain('The mail server rejected this.')
      expect(await alert.innerText()).toContain('NO [OVERQUOTA] <b>full</b>')
      await page.locator('[data-action=archive]').first().click()
      await alert.waitFor({ state: 'detached' })
    })

    it('have no buttons where nothing can be done with them', async () => {
      const { actions: _, ...reading } = account()
      await open(withAccounts(reading))
      expect(await page.locator('.message').count()).toBe(3)
      expect(await page.locator('.message button').count()).toBe(0)
      await tell(page, withAccounts(account({ actions: ['read'] })))
      expect(await page.locator('.message button').count()).toBe(3)
    })

    it('open where they are on the web, or else the inbox; the window itself goes nowhere', async () => {
      await open(withAccounts(account({ url: 'https://mail.example.org/inbox' })))
      const pages = studio.chromium.context.pages().length
      await page.locator('.message a').nth(0).click()
      // Anywhere on the row, but for its buttons.
      await page
        .locator('.message')
        .nth(1)
        .click({ position: { x: 5, y: 5 } })
      await until(async () => (await asked(page)).length === 2, 5_000)
      expect(await asked(page)).toEqual([
        { name: 'openLink', argument: 'https://mail.example.org/3' },
        { name: 'openLink', argument: 'https://mail.example.org/inbox' },
      ])
      expect(studio.chromium.context.pages()).toHaveLength(pages)
      expect(page.url()).toBe(studio.server.url)
    })

    it('open in the program of the person where they want that, also without any address; what fails is said', async () => {
      const settings = { ...DEFAULT_DESKTOP_SETTINGS, opensMailIn: 'program' } as const
      await open({ ...withAccounts(account()), desktop: desktopState({ settings }) })
      const pages = studio.chromium.context.pages().length
      expect(await page.locator('.message a').count()).toBe(3)
      await page.locator('.message a').nth(1).press('Enter')
      await until(async () => (await asked(page)).length === 1, 5_000)
      const [{ name, argument } = {}] = await asked(page)
      expect([name, argument]).toEqual(['openMessage', { server: 'local', account: 'kim@example.org', message: '2' }])
      expect(await page.getByRole('alert').count()).toBe(0)
      await answerWith(page, 'openMessage', { ok: false, code: 'not-opened', detail: 'spawn <b>mutt</b> ENOENT' })
      await page.locator('.message a').nth(1).click()
      expect(await page.getByRole('alert').innerText()).toContain('spawn <b>mutt</b> ENOENT')
      await answerWith(page, 'openMessage', { ok: true })
      await page.locator('.message a').nth(1).click()
      await page.getByRole('alert').waitFor({ state: 'detached' })
      expect(studio.chromium.context.pages()).toHaveLength(pages)
      expect(page.url()).toBe(studio.server.url)
    })

    it('stand below accounts whose names open their inbox', async () => {
      await open(withAccounts(account({ url: 'https://mail.example.org/inbox' })))
      await page.getByRole('link', { name: 'kim@example.org' }).click()
      await until(async () => (await asked(page)).length === 1, 5_000)
      expect(await asked(page)).toEqual([{ name: 'openLink', argument: 'https://mail.example.org/inbox' }])
    })

    it('are links of the browser in a browser', async () => {
      await open({ ...windowState(), desktop: null })
      const opened = studio.chromium.context.waitForEvent('page')
      await page.locator('.message a').first().click()
      const other = await opened
      expect(await asked(page)).toEqual([])
      expect(await page.locator('.message a').first().getAttribute('rel')).toBe('noreferrer')
      await other.close()
    })
  })

  describe('search', () => {
    const found = async (): Promise<readonly number[]> => [await page.locator('.account').count(), await page.locator('.message').count()]

    it('begins with any letter that is typed on the list, and finds accounts, folders and mails', async () => {
      await open(allStates().get('several') ?? windowState())
      await page.keyboard.type('lunch')
      expect(await page.inputValue('#search')).toBe('lunch')
      expect(await found()).toEqual([0, 1])
      await page.fill('#search', '회의')
      expect(await found()).toEqual([3, 2])
      await page.fill('#search', 'work@')
      expect(await found()).toEqual([1, 0])
    })

    it('says where nothing is found; Escape clears first, and hides then', async () => {
      await open(windowState())
      await page.locator('[data-action=read]').first().focus()
      await page.keyboard.type('xyz')
      await page.getByRole('heading', { name: 'No results for “xyz”.' }).waitFor()
      expect(await findings(page)).toEqual([])
      await page.keyboard.press('Escape')
      expect(await found()).toEqual([1, 3])
      expect(await asked(page)).toEqual([])
      await page.keyboard.press('Escape')
      expect(await asked(page)).toEqual([{ name: 'hide' }])
    })

    it('tells a screen reader how much was found, once the typing is over', async () => {
      await open(windowState())
      const live = page.locator('[role=status]')
      await page.keyboard.type('lunch')
      await until(async () => (await live.textContent()) === '1 result', 5_000)
      await page.keyboard.type(' at night')
      await until(async () => (await live.textContent()) === 'No results for “lunch at night”.', 5_000)
    })

    it('leaves a syllable alone that is being composed', async () => {
      await open(windowState())
      await page.locator('#search').focus()
      const session = await page.context().newCDPSession(page)
      for (const text of ['ㅎ', '호', '회', '횡']) {
        await session.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 })
        expect(await page.inputValue('#search')).toBe(text)
        expect(await found()).toEqual([1, 2])
      }
      await session.send('Input.insertText', { text: '회의' })
      expect(await page.inputValue('#search')).toBe('회의')
      expect(await found()).toEqual([1, 2])
    })
  })

  describe('an account', () => {
    const more = (name: string) => page.getByRole('button', { name: `More for ${name}` })
    const chosen = (change: Partial<DesktopSettings>): WindowState =>
      windowState({ desktop: desktopState({ managedAccounts: ['kim@example.org'], settings: { ...DEFAULT_DESKTOP_SETTINGS, ...change } }) })

    it('is muted, left out of the number and marked read in its row, as a whole or by folder', async () => {
      await open(windowState())
      await more('kim@example.org').click()
      await page.getByRole('button', { name: 'Mark all as read' }).click()
      await page.getByRole('button', { name: 'Until tomorrow' }).click()
      await page.getByLabel('Applies to').selectOption('회의')
      await page.getByRole('button', { name: 'For 1 hour' }).click()
      await page.getByLabel('Include in unread count').click()
      const whole = { server: 'local', account: 'kim@example.org' }
      const folder = { ...whole, folder: '회의' }
      await until(async () => (await asked(page)).length === 4, 5_000)
      expect(await asked(page)).toEqual([
        { name: 'markAllRead', argument: whole },
        { name: 'mute', argument: { scope: whole, until: 'tomorrow' } },
        { name: 'mute', argument: { scope: folder, until: 'hour' } },
        { name: 'updateDesktopSettings', argument: { notCounted: [folder] } },
      ])
      expect(await findings(page)).toEqual([])
      await page.keyboard.press('Escape')
      expect(await page.getByLabel('Applies to').count()).toBe(0)
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('More for kim@example.org')
    })

    it('says what is muted and left out, and ends it where it was begun', async () => {
      const scope = { server: 'local', account: 'kim@example.org' }
      await open(chosen({ muted: [{ scope, untilMs: null }], notCounted: [{ ...scope, folder: '회의' }] }))
      const row = page.locator('.account')
      expect(await row.innerText()).toContain('Muted until you unmute')
      expect(await row.innerText()).toContain('Not counted: 회의')
      await more('kim@example.org').click()
      await page.getByLabel('Applies to').selectOption('INBOX')
      expect(await page.locator('.mutes').innerText()).toContain('whole account')
      await page.getByRole('button', { name: 'Unmute' }).click()
      expect(await asked(page)).toEqual([{ name: 'mute', argument: { scope, until: 'off' } }])
    })

    it('shows the number by what counts, and the mute of everything at the top', async () => {
      const desktop = desktopState({
        counted: 7,
        settings: { ...DEFAULT_DESKTOP_SETTINGS, muted: [{ scope: null, untilMs: Date.now() + 3_600_000 }] },
      })
      await open(windowState({ desktop }))
      expect(await page.locator('.tile').innerText()).toBe('7')
      expect(await page.locator('.total').innerText()).toContain('of 9 unread')
      expect(await page.locator('.muted-line').innerText()).toMatch(/Muted until \d/)
      await page.getByRole('button', { name: 'Unmute' }).click()
      expect(await asked(page)).toEqual([{ name: 'mute', argument: { scope: null, until: 'off' } }])
    })

    it('in the page of a browser is only marked read', async () => {
      await open({ ...windowState(), desktop: null })
      await more('kim@example.org').click()
      await page.getByRole('button', { name: 'Mark all as read' }).click()
      expect(await asked(page)).toEqual([{ name: 'markAllRead', argument: { server: 'local', account: 'kim@example.org' } }])
      expect(await page.locator('.mutes').count()).toBe(0)
    })

    const refused = account({ status: 'error', error: { code: 'auth', message: 'The server refused the login.' } })
    const KEPT = {
      account: 'kim@example.org',
      protocol: 'imap',
      host: 'imap.example.org',
      port: 1143,
      security: 'starttls',
      user: 'kim',
      folders: ['INBOX', '회의'],
      pin: 'ab'.repeat(32),
    } as const

    it('that needs a new sign-in gets one by a button, with all that is known of it', async () => {
      await open(withAccounts(refused))
      await answerWith(page, 'readAccount', { ok: true, account: KEPT })
      await page.getByRole('button', { name: 'Sign in again to kim@example.org' }).click()
      await page.getByRole('heading', { name: 'Sign in again' }).waitFor()
      expect(await page.locator('main').innerText()).toContain('IMAP at imap.example.org, port 1143, STARTTLS')
      expect(await findings(page)).toEqual([])
      await page.fill('#field-password', 'new')
      await page.keyboard.press('Enter')
      await page.locator('#open-add').waitFor()
      expect(await asked(page)).toEqual([
        { name: 'readAccount', argument: 'kim@example.org' },
        { name: 'signInAgain', argument: { ...KEPT, password: 'new' } },
      ])
    })

    it('whose certificate was changed is shown the new one, and pinned anew only where the person says so', async () => {
      await open(withAccounts(account({ status: 'error', error: { code: 'config', message: 'Another certificate.' } })))
      await answerWith(page, 'readAccount', { ok: true, account: KEPT })
      await page.getByRole('button', { name: 'Sign in again to kim@example.org' }).click()
      const changed: Outcome = { ok: false, code: 'tls', step: 'certificate', certificate: { ...CERTIFICATE, problem: 'changed' } }
      await answerWith(page, 'signInAgain', changed)
      await page.fill('#field-password', 'same')
      await page.keyboard.press('Enter')
      await page.getByText('It isn’t the one you accepted.').waitFor()
      await answerWith(page, 'signInAgain', { ok: true })
      await page.getByRole('button', { name: 'It matches' }).click()
      await page.locator('#open-add').waitFor()
      expect((await asked(page)).at(-1)).toMatchObject({
        name: 'signInAgain',
        argument: { pin: CERTIFICATE.fingerprint.replaceAll(':', '').toLowerCase() },
      })
    })

    it('that is signed in to with the browser needs no secret of the client again; a cancelled sign-in is said as such', async () => {
      await open(withAccounts(refused))
      const { pin: _, ...kept } = KEPT
      await answerWith(page, 'readAccount', { ok: true, account: { ...kept, oauth: { provider: 'google', clientId: 'mine' } } })
      await page.getByRole('button', { name: 'Sign in again to kim@example.org' }).click()
      await answerWith(page, 'signInAgain', { ok: false, code: 'cancelled' })
      await page.getByRole('button', { name: 'Sign in with the browser' }).click()
      expect(await page.getByRole('alert').innerText()).toBe('The sign-in in the browser was cancelled. Nothing was changed.')
      expect((await asked(page)).at(-1)).toEqual({
        name: 'signInAgain',
        argument: { ...kept, password: '', oauth: { provider: 'google', clientId: 'mine', clientSecret: '' } },
      })
    })

    it('of another server has no sign-in here', async () => {
      const [local] = windowState().servers
      if (!local) throw new Error('A state without a server.')
      await open(windowState({ servers: [{ ...local, kind: 'remote', id: 'r', label: 'r', accounts: [refused] }] }))
      expect(await page.getByRole('button', { name: /Sign in/ }).count()).toBe(0)
    })
  })

  it('runs nothing while it is hidden: no timer is left, and none comes at intervals', async () => {
    page = await studio.chromium.context.newPage()
    await page.addInitScript(() => {
      const pending = new Set<number>()
      const { setTimeout: set, clearTimeout: clear } = window
      const intervals: unknown[] = []
      Object.assign(window, {
        pending,
        intervals,
        setTimeout(callback: () => void, ms: number) {
          const id = set(() => {
            pending.delete(id)
            callback()
          }, ms)
          pending.add(id)
          return id
        },
        clearTimeout(id: number) {
          pending.delete(id)
          clear(id)
        },
        setInterval: (...wanted: unknown[]) => intervals.push(wanted),
      })
    })
    await openWindow(page, studio.server.url, allStates().get('not connected') ?? windowState())
    const running = (): Promise<readonly number[]> =>
      page.evaluate(() => [Reflect.get(window, 'pending').size, Reflect.get(window, 'intervals').length])
    const become = (visibility: 'hidden' | 'visible'): Promise<void> =>
      page.evaluate((state) => {
        Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, visibility)
    await until(async () => (await running())[0] === 1, 5_000)
    await page.locator('[data-action=archive]').first().click()
    await become('hidden')
    await until(async () => (await asked(page)).length === 1, 5_000)
    await until(async () => (await running())[0] === 0, 5_000)
    await tell(page, allStates().get('several') ?? windowState())
    // Drawing what is told takes a moment of its own.
    await until(async () => (await running())[0] === 0, 5_000)
    expect(await running()).toEqual([0, 0])
    await become('visible')
    await until(async () => (await running())[0] !== 0, 5_000)
  })

  it('goes to the settings where main wants that, each time', async () => {
    await open(windowState())
    await tell(page, windowState({ desktop: desktopState({ navigation: { view: 'settings', requestId: 1 } }) }))
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await tell(page, windowState({ desktop: desktopState({ navigation: { view: 'settings', requestId: 1 }, counted: 3 }) }))
    expect(await page.locator('#open-settings').count()).toBe(1)
    await tell(page, windowState({ desktop: desktopState({ navigation: { view: 'settings', requestId: 2 } }) }))
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
  })

  describe('what the mail server wants told', () => {
    it('stands under the account, and is read out once', async () => {
      await open(windowState())
      await tell(page, withAccounts(account({ notices: ['Your mailbox is full.'] })))
      expect(await page.locator('.account').innerText()).toContain('Mail server: Your mailbox is full.')
      const live = page.locator('[role=status]')
      await until(async () => (await live.textContent()) === 'Mail server: Your mailbox is full.', 5_000)
      await tell(page, withAccounts(account({ unread: 10, notices: ['Your mailbox is full.'] })))
      await until(async () => (await live.textContent()) === '10 unread emails', 5_000)
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
      expect(await page.getByRole('button', { name: 'Deliver a test email' }).count()).toBe(0)
      await tell(page, allStates().get('demo') ?? windowState())
      await page.getByRole('button', { name: 'Deliver a test email' }).click()
      await page.getByRole('button', { name: 'Mark all as read' }).click()
      expect(await asked(page)).toEqual([
        { name: 'changeDemo', argument: { action: 'deliver', account: 'demo' } },
        { name: 'changeDemo', argument: { action: 'read', account: 'demo' } },
      ])
    })

    it('says why the demo mailbox could not be changed', async () => {
      await open(allStates().get('demo') ?? windowState())
      await answerWith(page, 'changeDemo', { ok: false, code: 'unauthorized', detail: 'The token does not allow this' })
      await page.getByRole('button', { name: 'Mark all as read' }).click()
      expect(await page.getByRole('alert').innerText()).toContain('The token does not allow this')
    })

    it('dismisses a notice', async () => {
      await open(windowState({ notices: [{ id: 'no-keyring' }] }))
      await page.getByRole('button', { name: 'Dismiss' }).click()
      expect(await asked(page)).toEqual([{ name: 'dismissNotice', argument: 'no-keyring' }])
    })

    it('offers no way to add anything where the app keeps nothing', async () => {
      await open(windowState({ desktop: null }))
      expect(await page.locator('#open-add, #open-connect').count()).toBe(0)
    })

    it('shows senders, subjects and times of the latest mails', async () => {
      await open(windowState())
      expect(await page.locator('.message').allInnerTexts()).toEqual([
        'Kim Minji\n2 min. ago\n회의 자료 공유드립니다',
        'Ada, at work\n47 min. ago\nLunch on Thursday?',
        expect.stringMatching(/^build@ci\.example\.org\n(yesterday)\nmain is green again$/),
      ])
    })
  })
})
