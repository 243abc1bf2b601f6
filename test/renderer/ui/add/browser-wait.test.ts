import { describe, expect, it } from 'vitest'
import type { SignInPrompt } from '../../../../common/protocol/discovery.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { CODE_HAS_ENDED, FOUND, PROMPTS } from '../../found.ts'
import { findings } from '../../looks.ts'
import { answerRequest, neverAnswer, requestsOf, showState } from '../../scripted-bridge.ts'
import { pageState, windowState } from '../../states.ts'
import { useAddView } from './add-view.ts'

const STORED = {
  account: 'lee@example.org',
  protocol: 'imap',
  host: 'imap.gmail.com',
  port: 993,
  security: 'tls',
  user: 'lee@example.org',
  folders: [],
} as const

describe.runIf(needs(browserName))('the wait for a sign-in in the browser, in a page', () => {
  const { ui, openForm, find, focused, submit } = useAddView()

  /** As far as the sign-in that is under way. */
  async function begin(prompt: SignInPrompt | null): Promise<void> {
    await openForm(pageState())
    await find(FOUND['a sign-in in the browser'])
    await ui.page.fill('#field-clientId', 'mine')
    await neverAnswer(ui.page, 'addAccount')
    await submit()
    await showState(ui.page, pageState(prompt))
  }
  const sent = async (): Promise<unknown[]> =>
    (await requestsOf(ui.page)).filter(({ name }) => name === 'sendRedirectAddress').map(({ argument }) => argument)
  const press = (name: string): Promise<void> => ui.page.getByRole('button', { name, exact: true }).click()
  const link = (name: string) => ui.page.getByRole('link', { name })

  it('shows the code, copies it, and links to the page where it is entered', async () => {
    await begin(PROMPTS['a code'])
    expect(await ui.page.locator('.browser-wait code').innerText()).toBe('HDKQTX7ZV')
    await press('Copy code')
    await ui.page.getByRole('status').getByText('Copied.').waitFor()
    await ui.page.fill('#field-clientId', '')
    await ui.page.focus('#field-clientId')
    await ui.page.keyboard.press('Control+V')
    expect(await ui.page.inputValue('#field-clientId')).toBe('HDKQTX7ZV')
    const opened = link('www.microsoft.com/link')
    expect([await opened.getAttribute('href'), await opened.getAttribute('target')]).toEqual(['https://www.microsoft.com/link', '_blank'])
    expect(await ui.page.locator('#field-redirect').count()).toBe(0)
    await press('Cancel')
    await until(async () => (await requestsOf(ui.page)).some(({ name }) => name === 'cancelSignIn'))
  })

  it('says that the address will not open, takes it, and says what to paste instead of another one', async () => {
    await begin(PROMPTS['an address to paste'])
    expect(await link('Sign in with the browser').getAttribute('href')).toBe(PROMPTS['an address to paste'].url)
    await ui.page.getByText('shows an address that doesn’t open').waitFor()
    await ui.page.getByText('http://127.0.0.1:43127/').waitFor()
    await press('Continue')
    await ui.page.getByText('This isn’t the address of this sign-in.').waitFor()
    await until(async () => (await focused()) === 'field-redirect')
    expect(await sent()).toEqual([])
    await answerRequest(ui.page, 'sendRedirectAddress', { ok: false, code: 'wrong-address' })
    await ui.page.fill('#field-redirect', 'https://accounts.example.org/')
    await ui.page.keyboard.press('Enter')
    await until(async () => (await sent()).length === 1)
    await ui.page.getByText('Paste the whole address').waitFor()
    expect(await ui.page.locator('#field-redirect').getAttribute('aria-invalid')).toBe('true')
    await answerRequest(ui.page, 'sendRedirectAddress', { ok: true })
    await ui.page.fill('#field-redirect', 'http://127.0.0.1:43127/?code=c&state=s')
    await ui.page.locator('[aria-invalid]').waitFor({ state: 'detached' })
    await press('Continue')
    await until(async () => (await sent()).length === 2)
    expect(await sent()).toEqual(['https://accounts.example.org/', 'http://127.0.0.1:43127/?code=c&state=s'])
  })

  it('gives the focus to the button of the form when the steps of the test replace it', async () => {
    await begin(PROMPTS['an address to paste'])
    await ui.page.fill('#field-redirect', 'http://127.0.0.1:43127/?code=c&state=s')
    await press('Continue')
    await until(async () => (await sent()).length === 1)
    const { manage, ...state } = pageState()
    await showState(ui.page, { ...state, manage: manage && { ...manage, tryStep: 'sign-in' } })
    await ui.page.locator('.try-steps').waitFor()
    expect(await ui.page.locator('[type=submit]').evaluate((button) => button === document.activeElement)).toBe(true)
  })

  it('asks for no address on the same machine, unless the page after the sign-in does not open', async () => {
    await begin(PROMPTS['a browser on this machine'])
    await link('Sign in with the browser').waitFor()
    expect(await ui.page.locator('#field-redirect').count()).toBe(0)
    await press('The page after the sign-in doesn’t open?')
    await ui.page.getByText('http://localhost:43127/').waitFor()
    expect(await focused()).toBe('field-redirect')
    await ui.page.fill('#field-redirect', 'http://localhost:43127/?code=c&state=s')
    await press('Continue')
    await until(async () => (await sent()).length === 1)
  })

  it('signs in without the code on request, and with it again, by the keyboard', async () => {
    await begin(PROMPTS['a code or an address'])
    const [withoutCode, withCode] = ['The page doesn’t accept codes? Sign in without one', 'Sign in with a code instead']
    await ui.page.getByRole('button', { name: withoutCode, exact: true }).press('Enter')
    const opened = link('Sign in with the browser')
    expect(await opened.getAttribute('href')).toBe(PROMPTS['a code or an address'].signInUrl)
    expect(await opened.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await ui.page.locator('.browser-wait code').isVisible()).toBe(false)
    expect(await findings(ui.page)).toEqual([])
    await ui.page.fill('#field-redirect', 'http://localhost:43127/?code=c&state=s')
    await press('Continue')
    await until(async () => (await sent()).length === 1)
    await ui.page.getByRole('button', { name: withCode, exact: true }).press('Enter')
    await ui.page.getByText('HDKQTX7ZV').waitFor()
    expect(await ui.page.getByRole('button', { name: 'Copy code' }).evaluate((element) => element === document.activeElement)).toBe(true)
    await ui.page.getByRole('button', { name: withoutCode, exact: true }).press('Enter')
    expect(await ui.page.inputValue('#field-redirect')).toBe('http://localhost:43127/?code=c&state=s')
  })

  it('leads to the address when the code ends, says why, and focuses the way to go on', async () => {
    await begin(PROMPTS['a code or an address'])
    await ui.page.getByRole('button', { name: 'Copy code' }).focus()
    await showState(ui.page, pageState(CODE_HAS_ENDED))
    await ui.page.getByRole('status').getByText('The code no longer works. Sign in without it.').waitFor()
    const opened = link('Sign in with the browser')
    expect(await opened.getAttribute('href')).toBe(CODE_HAS_ENDED.url)
    expect(await opened.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await ui.page.locator('.browser-wait button').allInnerTexts()).toEqual(['Continue', 'Cancel'])
    expect(await findings(ui.page)).toEqual([])
    await ui.page.fill('#field-redirect', 'http://localhost:43127/?code=c&state=s')
    await press('Continue')
    await until(async () => (await sent()).length === 1)
  })

  it('keeps what is typed of the address when the code ends', async () => {
    await begin(PROMPTS['a code or an address'])
    await press('The page doesn’t accept codes? Sign in without one')
    await ui.page.fill('#field-redirect', 'http://localhost:43127/?code=c')
    await showState(ui.page, pageState(CODE_HAS_ENDED))
    await ui.page.getByText('The code no longer works.').waitFor()
    expect([await focused(), await ui.page.inputValue('#field-redirect')]).toEqual(['field-redirect', 'http://localhost:43127/?code=c'])
  })

  it('offers nothing but the code where the provider cannot do without', async () => {
    await begin(PROMPTS['a code'])
    expect(await ui.page.locator('.browser-wait button').allInnerTexts()).toEqual(['Copy code', 'Cancel'])
  })

  it.each([false, true])('goes on after the page is loaded again, without a press (again: %s)', async (again) => {
    const { manage, ...state } = pageState(PROMPTS['an address to paste'])
    if (!manage) throw new Error('A page that manages nothing.')
    const stored = { ...STORED, oauth: { provider: 'google', clientId: 'mine' } } as const
    await ui.open({ ...state, manage })
    await ui.page.evaluate(() => {
      const { promise, resolve } = Promise.withResolvers<object>()
      Object.assign(window, { endTry: resolve })
      Object.assign(Reflect.get(window, 'mailbell').page, {
        resumeTry() {
          window.script.requests.push({ name: 'resumeTry', argument: undefined })
          return promise
        },
      })
    })
    await showState(ui.page, { ...state, manage: { ...manage, openTry: { account: stored, again } } })
    await ui.page.locator('#field-redirect').waitFor()
    expect(await ui.page.locator('form').getAttribute('aria-busy')).toBe('true')
    await showState(ui.page, { ...state, manage })
    await ui.page.getByText('lee@example.org').waitFor()
    expect((await requestsOf(ui.page)).map(({ name }) => name)).toEqual(['resumeTry'])
    expect(await findings(ui.page)).toEqual([])
    await ui.page.evaluate(() => Reflect.get(window, 'endTry')({ ok: false, code: 'sign-in-expired' }))
    await ui.page.getByRole('alert').getByText('The sign-in has expired. Start it again.').waitFor()
    expect(await ui.page.inputValue('#field-clientId')).toBe('mine')
    await ui.page.getByRole('button', { name: 'Back' }).click()
    await ui.page.locator('#open-add').waitFor()
    expect((await requestsOf(ui.page)).map(({ name }) => name)).toEqual(['resumeTry'])
  })

  it('shows nothing before it knows how the user signs in, nor in the app what only a page needs', async () => {
    await begin(null)
    await ui.page.locator('form[aria-busy=true]').waitFor()
    expect(await ui.page.locator('.browser-wait').count()).toBe(0)
    await openForm(windowState())
    await find(FOUND['a sign-in in the browser'])
    await ui.page.fill('#field-clientId', 'mine')
    await neverAnswer(ui.page, 'addAccount')
    await submit()
    await ui.page.locator('.browser-wait').waitFor()
    expect(await ui.page.locator('.browser-wait').getByRole('button').allInnerTexts()).toEqual(['Cancel'])
  })
})
