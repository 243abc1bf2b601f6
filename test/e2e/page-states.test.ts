/** What the page says about its server, in a real browser: each state has its own words, and ends with the right number. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { OutcomeCode } from '../../common/protocol/outcome.ts'
import { browserName, needs } from '../helpers/parts.ts'
import { parkedPolls, put } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { type Fault, html, problem } from './fault-proxy.ts'
import { type OpenPage, type Pages, showsCount, showsNothingRaw, startPages, TOKENS } from './pages.ts'

interface State {
  readonly fault: Fault
  readonly code: OutcomeCode
  readonly status?: number
  readonly says: string
}

const PROXY_SAYS = (status: number): string => `A proxy answers, but can’t reach the server (error ${status}).`
const OTHER = 'This address doesn’t lead to a Mailbell server. Another program answers there.'
const redirect = (location: string): Fault => ({ do: 'answer', status: 302, headers: { location, 'retry-after': '600' } })
const REDIRECTED = 'This address redirects elsewhere. A network or a proxy may want you to sign in: reload the page.'
const NEWER = { type: 'about:blank#new', title: 'New', status: 409, code: 'new' }

const STATES: Readonly<Record<string, State>> = {
  'is shutting down': { fault: problem('not-ready'), code: 'not-ready', says: 'The server is starting or shutting down.' },
  'has an error': { fault: problem('internal'), code: 'internal', says: 'The server had an internal error.' },
  'has too many clients': { fault: problem('overloaded'), code: 'overloaded', says: 'The server has as many clients as it allows.' },
  'gets too many polls': {
    fault: problem('too-many-requests'),
    code: 'too-many-requests',
    says: 'Too many connections use this token or come from this address. Close some of them.',
  },
  'is reached under another name': {
    fault: { do: 'rename', host: 'other.test' },
    code: 'misdirected-request',
    says: 'The server doesn’t answer under this host name. Use its own name, or add this one to “allowedHosts” in its configuration.',
  },
  'is away behind its proxy (502)': { fault: html(502), code: 'gateway', status: 502, says: PROXY_SAYS(502) },
  'is away behind its proxy (503)': { fault: html(503), code: 'gateway', status: 503, says: PROXY_SAYS(503) },
  'is away behind its proxy (504)': { fault: html(504), code: 'gateway', status: 504, says: PROXY_SAYS(504) },
  'is away behind its proxy (522)': { fault: html(522), code: 'gateway', status: 522, says: PROXY_SAYS(522) },
  'is behind the sign-in of a network': { fault: redirect('http://portal.test/sign-in'), code: 'redirected-page', says: REDIRECTED },
  'is behind the sign-in of its proxy': { fault: redirect('/sign-in?back=1'), code: 'redirected-page', says: REDIRECTED },
  'is at another path': {
    fault: problem('not-found'),
    code: 'wrong-path',
    says: 'A Mailbell server answers, but not at this path. Check the end of the address.',
  },
  'has a proxy with a limit': { fault: html(429), code: 'rate', says: 'The server is limiting requests. Try again later.' },
  'has a proxy that denies access': {
    fault: html(403),
    code: 'denied',
    status: 403,
    says: 'A proxy in front of the server denies access (error 403).',
  },
  'has a proxy that drops the tag': {
    fault: { do: 'strip', header: 'etag' },
    code: 'altered',
    says: 'A proxy in front of the server changes its responses. See “Reverse proxies” in the documentation.',
  },
  'is another program (200)': { fault: html(200), code: 'not-mailbell', says: OTHER },
  'is another program (404)': { fault: html(404), code: 'not-mailbell', says: OTHER },
  'is of a newer version': {
    fault: { do: 'answer', status: 409, headers: { 'retry-after': '600' }, body: JSON.stringify(NEWER) },
    code: 'unexpected',
    status: 409,
    says: 'The server sent an unexpected response (error 409). Its version may be different.',
  },
  'is of an older version': {
    fault: problem('bad-request'),
    code: 'bad-request',
    says: 'The server doesn’t understand this request. Its version may be different.',
  },
  'closes the connection': { fault: { do: 'close' }, code: 'unreachable', says: 'Can’t reach the server.' },
  'closes the connection in its answer': { fault: { do: 'cut' }, code: 'unreachable', says: 'Can’t reach the server.' },
  'does not answer': { fault: { do: 'hang' }, code: 'no-answer', says: 'The server took too long to respond.' },
}

describe.runIf(needs(browserName))('the page', () => {
  let pages: Pages
  beforeAll(async () => {
    pages = await startPages()
  })
  afterEach(() => pages.proxy.heal())
  afterAll(() => pages.close())

  const put3 = (): Promise<void> => put(pages.server.port, 'alice', 3)
  const reason = ({ page }: OpenPage): Promise<string> => page.locator('.toast p').innerText()
  const click = ({ page }: OpenPage, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()

  describe('of a server that', () => {
    let open: readonly OpenPage[]
    beforeAll(async () => {
      await put3()
      open = [await pages.open('full', 'en'), await pages.open('full', 'ko')]
      for (const { page } of open) await showsCount(page, 3)
    })
    afterAll(() => Promise.all(open.map(({ page }) => page.context().close())))

    test.each(Object.keys(STATES))('%s says so in each language', async (name) => {
      const { fault, code, status, says } = STATES[name] ?? expect.fail()
      for (const each of open) {
        const { page, words } = each
        pages.proxy.heal()
        await put3()
        await click(each, words.t('checkNow'))
        await showsCount(page, 3)
        pages.proxy.break('GET', fault)
        const asked = pages.proxy.seen.length
        await click(each, words.t('checkNow'))
        await until(() => pages.proxy.seen.length > asked)
        // An answer that nothing has changed has no body, and its tag is not missed.
        if (fault.do === 'strip') await put(pages.server.port, 'alice', 4)
        // Again, because the request that came may be of the other page, and this one's follow.
        if (fault.do === 'hang') await until(() => page.clock.fastForward(11_000).then(() => page.locator('.toast').count()))
        await page.locator('.toast').waitFor()
        expect(await reason(each)).toBe(words.error({ code, ...(status !== undefined && { status }) }))
        if (words.language === 'en') expect(await reason(each)).toBe(says)
        expect(await page.title()).toBe('(3?) Mailbell')
        expect(await showsNothingRaw(page)).toBe(true)
      }
      pages.proxy.heal()
      await put(pages.server.port, 'alice', 4)
      for (const each of open) {
        await click(each, each.words.t(fault.do === 'answer' && fault.status >= 400 ? 'retryNow' : 'checkNow'))
        await showsCount(each.page, 4)
        await each.page.locator('.toast').waitFor({ state: 'detached' })
      }
    })

    test('cannot be reached without a network says that this device is offline, and follows at once when it is back', async () => {
      for (const each of open) {
        const { page, words } = each
        await page.context().setOffline(true)
        await click(each, words.t('checkNow'))
        await page.locator('.toast').waitFor()
        expect(await reason(each)).toBe(words.error({ code: 'offline' }))
        await put(pages.server.port, 'alice', 5)
        await page.context().setOffline(false)
        await showsCount(page, 5)
      }
    })
  })

  describe('with a token', () => {
    let each: OpenPage
    afterEach(() => each.page.context().close())
    const intro = (text: string): Promise<void> => each.page.getByText(text, { exact: true }).first().waitFor()
    const signIn = async (token: string): Promise<void> => {
      await each.page.getByLabel(each.words.t('token')).fill(token)
      await each.page.keyboard.press('Enter')
    }

    test.each(['en', 'ko'] as const)('that is wrong or lacks the scope read says which, and takes another (%s)', async (language) => {
      await put3()
      for (const [token, code] of [
        ['feeder', 'cannot-read'],
        ['wrong', 'unauthorized'],
      ] as const) {
        each = await pages.open(token, language)
        const says = each.words.error({ code })
        await intro(says)
        await signIn(token)
        await until(async () => (await each.page.getByRole('alert').innerText()) === says)
        await signIn('reader')
        await showsCount(each.page, 3)
        expect(await showsNothingRaw(each.page)).toBe(true)
        if (token === 'feeder') await each.page.context().close()
      }
    })

    test('in the link that the server printed about its own machine, is taken by a page at another address', async () => {
      await put3()
      each = await pages.open(null)
      await signIn('http://127.0.0.1:6245/#token=reader')
      await showsCount(each.page, 3)
    })

    test.each(['en', 'ko'] as const)('that is accepted again signs in at “Check now” (%s)', async (language) => {
      await put3()
      each = await pages.open(null, language)
      // A secure context, in which tabs share a poll.
      await each.page.goto(`${pages.server.url}/#token=full`)
      await showsCount(each.page, 3)
      const parts = { sources: [], labels: new Map<string, string>(), demo: false }
      await pages.server.reload({ ...parts, tokens: TOKENS.filter(({ name }) => name !== 'full') })
      await intro(each.words.error({ code: 'unauthorized' }))
      // What to do about it.
      await intro(each.words.t('signInIntro'))
      const announced = (word: 'linkSignedOut' | 'checking'): Promise<void> =>
        each.page.getByRole('status').getByText(each.words.t(word), { exact: true }).waitFor({ state: 'attached' })
      await announced('linkSignedOut')
      // What is typed meanwhile stays while it is rejected.
      const field = each.page.getByLabel(each.words.t('token'), { exact: true })
      await field.fill('typed')
      await click(each, each.words.t('checkNow'))
      await announced('checking')
      await announced('linkSignedOut')
      expect(await field.inputValue()).toBe('typed')
      // The tab that was opened first polls for both.
      const second = await each.page.context().newPage()
      await second.goto(pages.server.url)
      await second.getByText(each.words.error({ code: 'unauthorized' }), { exact: true }).waitFor()
      await pages.server.reload({ ...parts, tokens: TOKENS })
      await click({ ...each, page: second }, each.words.t('checkNow'))
      await showsCount(second, 3)
      await showsCount(each.page, 3)
      await each.page
        .getByRole('status')
        .filter({ hasText: each.words.t('linkLive') })
        .waitFor({ state: 'attached' })
    })

    test('without the scope read names the scope', async () => {
      each = await pages.open('feeder')
      await intro('This token can’t read unread counts. Use a token with the scope “read”.')
    })

    test.each(['en', 'ko'] as const)('that is revoked says so and shows no count (%s)', async (language) => {
      await put3()
      each = await pages.open('full', language)
      await showsCount(each.page, 3)
      await until(async () => (await parkedPolls(pages.server.port)) === 1)
      await pages.server.reload({ tokens: TOKENS.filter(({ name }) => name !== 'full'), sources: [], labels: new Map(), demo: false })
      await intro(each.words.error({ code: 'unauthorized' }))
      expect(await each.page.title()).toBe('Mailbell')
      await pages.server.reload({ tokens: TOKENS, sources: [], labels: new Map(), demo: false })
    })

    test.each(['en', 'ko'] as const)('that may see no account says so (%s)', async (language) => {
      await put3()
      each = await pages.open('empty', language)
      await each.page.getByRole('heading', { name: each.words.t('noAccountsHere') }).waitFor()
      await each.page.getByText(each.words.t('emptyServer'), { exact: true }).waitFor()
    })

    test.each(Object.keys(STATES))('says at the sign-in that the server %s, and then signs in', async (name) => {
      const { fault, says } = STATES[name] ?? expect.fail()
      await put3()
      each = await pages.open(null)
      await intro(each.words.t('signInIntro'))
      pages.proxy.break('GET', fault)
      const asked = pages.proxy.seen.length
      await signIn('reader')
      await until(() => pages.proxy.seen.length > asked)
      if (fault.do === 'hang') await each.page.clock.fastForward(11_000)
      await until(async () => (await each.page.getByRole('alert').innerText()) === says)
      expect(await showsNothingRaw(each.page)).toBe(true)
      pages.proxy.heal()
      await each.page.keyboard.press('Enter')
      await showsCount(each.page, 3)
    })
  })
})
