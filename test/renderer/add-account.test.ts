import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { FindOutcome } from '../../common/protocol/bridge.ts'
import { needs } from '../helpers/parts.ts'
import { desktopState } from '../helpers/desktop-state.ts'
import { until } from '../helpers/until.ts'
import { findings, inLook, LOOKS, overflows } from './emulated-media.ts'
import { answerWith, asked, CERTIFICATE, FOUND, openWindow, tell, UNTRUSTED, windowState } from './page.ts'
import { closePage, openStudio, type Studio } from './bundle.ts'

let studio: Studio
let page: Page

describe.runIf(needs('chromium'))('adding a mail account', () => {
  beforeAll(async () => {
    studio = await openStudio()
  })
  afterAll(() => studio.close())
  afterEach(() => closePage(page))

  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '')
  const submit = (): Promise<void> => page.click('button[type=submit]')
  const added = async (): Promise<unknown[]> =>
    (await asked(page)).filter(({ name }) => name === 'addAccount').map(({ argument }) => argument)

  async function openForm(state = windowState()): Promise<void> {
    page = await studio.chromium.context.newPage()
    await openWindow(page, studio.server.url, state)
    await page.click('#open-add')
  }
  async function find(found: FindOutcome): Promise<void> {
    await answerWith(page, 'findMailbox', found)
    await page.fill('#field-account', ' lee@example.org ')
    await submit()
  }
  async function findOn(found: FindOutcome, state = windowState()): Promise<void> {
    await openForm(state)
    await find(found)
    await page.locator('#found-title').waitFor()
  }

  it('is done by the keyboard alone, with five steps in all', async () => {
    page = await studio.chromium.context.newPage()
    await openWindow(page, studio.server.url, windowState())
    await answerWith(page, 'findMailbox', FOUND['one server'])
    await page.locator('#open-add').focus()
    await page.keyboard.press('Enter')
    await until(async () => page.evaluate(() => document.activeElement?.tagName === 'H1'), 5_000)
    await page.keyboard.press('Tab')
    await page.keyboard.type('lee@example.org')
    await page.keyboard.press('Enter')
    await until(async () => (await focused()) === 'found-title', 5_000)
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('field-password')
    await page.keyboard.type('pass word ')
    await page.keyboard.press('Enter')
    await page.locator('#open-add').waitFor()
    expect(await asked(page)).toEqual([
      { name: 'findMailbox', argument: 'lee@example.org' },
      {
        name: 'addAccount',
        argument: {
          account: 'lee@example.org',
          protocol: 'imap',
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

  it('asks for an address first, and nothing of the app before there is one', async () => {
    await openForm()
    await page.fill('#field-account', 'lee')
    await submit()
    await until(async () => (await focused()) === 'field-account', 5_000)
    const described = (await page.locator('#field-account').getAttribute('aria-describedby'))?.split(' ') ?? []
    expect(await page.locator(`#${described[0]}`).innerText()).toBe('Enter an email address, such as kim@example.org.')
    expect(await asked(page)).toEqual([])
  })

  it("shows whose mailbox it is, where that is known from, and the provider's own steps with their links", async () => {
    await findOn(FOUND['a provider with steps'])
    const main = await page.locator('main').innerText()
    for (const text of [
      'Naver Mail',
      'IMAP at imap.naver.com, port 993, TLS',
      'Known provider',
      'Set up Naver Mail first',
      'Switch IMAP on in the settings.',
    ])
      expect(main).toContain(text)
    expect(await page.locator('label[for=field-password]').innerText()).toBe('App password')
    await page.getByRole('button', { name: 'Open in browser' }).click()
    expect((await asked(page)).at(-1)).toEqual({ name: 'openLink', argument: 'https://mail.naver.com/' })
  })

  it('offers the other servers that were found, and the fields follow', async () => {
    await findOn(FOUND['several servers'])
    await page.click('summary')
    await page.selectOption('#field-chosen', '1')
    expect(await Promise.all(['host', 'port', 'user', 'security'].map((name) => page.inputValue(`#field-${name}`)))).toEqual([
      'mail.example.org',
      '143',
      'lee',
      'starttls',
    ])
    await page.fill('#field-password', 'x')
    await submit()
    expect(await added()).toMatchObject([{ host: 'mail.example.org', port: 143, security: 'starttls', user: 'lee' }])
  })

  it('takes an API token for JMAP where there is no user name', async () => {
    await findOn(FOUND['one server'])
    await page.click('summary')
    await page.selectOption('#field-protocol', 'jmap')
    expect(await page.inputValue('#field-port')).toBe('443')
    await page.fill('#field-user', '')
    expect(await page.locator('label[for=field-password]').innerText()).toBe('API token')
    await page.fill('#field-password', 'x')
    await submit()
    expect(await added()).toMatchObject([{ protocol: 'jmap', port: 443, user: '', password: 'x' }])
  })

  it('knows the port of each protocol, and sends no folders for POP3', async () => {
    await findOn(FOUND['one server'])
    await page.click('summary')
    await page.selectOption('#field-protocol', 'pop3')
    expect(await page.inputValue('#field-port')).toBe('995')
    expect(await page.locator('#field-folders').count()).toBe(0)
    await page.selectOption('#field-security', 'starttls')
    expect(await page.inputValue('#field-port')).toBe('110')
    await page.fill('#field-password', 'x')
    await submit()
    expect(await added()).toMatchObject([{ protocol: 'pop3', port: 110, folders: [] }])
  })

  it('goes on by hand where nothing was found', async () => {
    await findOn(FOUND.nothing)
    await page.fill('#field-password', 'x')
    await submit()
    await until(async () => (await focused()) === 'field-host', 5_000)
    await page.fill('#field-host', 'mail.example.org')
    await page.fill('#field-port', '70000')
    await submit()
    const port = page.locator('#field-port')
    await until(async () => (await port.getAttribute('aria-invalid')) === 'true')
    const described = (await port.getAttribute('aria-describedby')) ?? ''
    expect(await page.locator(`#${described}`).innerText()).toBe('Enter a number from 1 to 65535.')
    expect(await added()).toEqual([])
  })

  it('goes on by hand at once where the person knows the server', async () => {
    await openForm()
    await page.fill('#field-account', 'lee@example.org')
    await page.getByRole('button', { name: 'Enter server settings manually' }).click()
    expect(await page.locator('#found-title').innerText()).toBe('Your mail server')
    await page.fill('#field-password', 'x')
    await page.fill('#field-host', 'mail.example.org')
    await submit()
    expect(await asked(page)).toMatchObject([{ name: 'addAccount', argument: { host: 'mail.example.org', user: 'lee@example.org' } }])
  })

  it('opens the settings where a fault stands in them', async () => {
    await findOn(FOUND['one server'])
    await page.click('summary')
    await page.fill('#field-user', ' ')
    await page.click('summary')
    await page.fill('#field-password', 'x')
    await submit()
    await until(async () => (await focused()) === 'field-user', 5_000)
    await page.fill('#field-user', 'lee')
    expect(await page.locator('#field-user').isVisible()).toBe(true)
    expect(await page.locator('[aria-invalid]').count()).toBe(0)
  })

  it('sends no password to another domain that DNS alone names, before the person says yes', async () => {
    await findOn(FOUND['a server of another domain'])
    await page.fill('#field-password', 'x')
    await submit()
    await until(async () => (await focused()) === 'field-agreed', 5_000)
    expect(await added()).toEqual([])
    await page.check('#field-agreed')
    await submit()
    expect(await added()).toMatchObject([{ host: 'imap.other.example' }])
  })

  it('signs in with the browser by a client of one’s own, where that is wanted instead of an app password', async () => {
    await findOn(FOUND['an app password or the browser'])
    await page.locator('#field-password').waitFor()
    await page.check('#field-byBrowser')
    expect(await page.locator('#field-password').count()).toBe(0)
    await page.getByRole('button', { name: 'Register a client' }).click()
    await submit()
    expect(await focused()).toBe('field-clientId')
    expect(await page.locator('.field-error').count()).toBe(2)
    expect(await added()).toEqual([])
    await page.fill('#field-clientId', ' mine ')
    await page.fill('#field-clientSecret', 'shh')
    await submit()
    await page.locator('#open-add').waitFor()
    expect(await added()).toMatchObject([{ password: '', oauth: { provider: 'google', clientId: 'mine', clientSecret: 'shh' } }])
    expect(await asked(page)).toContainEqual({ name: 'openLink', argument: 'https://console.example/' })
    expect((await asked(page)).filter(({ name }) => name === 'cancelSignIn')).toEqual([])
  })

  it('says that the browser is waited for; the button ends that, and so does leaving', async () => {
    await findOn(FOUND['a sign-in in the browser'])
    await page.fill('#field-clientId', 'mine')
    expect(await page.locator('#field-clientSecret').count()).toBe(0)
    // It answers late, if ever.
    await page.evaluate(() => Object.assign(Reflect.get(window, 'mailbell').desktop, { addAccount: () => new Promise(() => undefined) }))
    await submit()
    await page.getByRole('status').getByText('Complete the sign-in in your browser.').waitFor()
    const cancels = async (): Promise<number> => (await asked(page)).filter(({ name }) => name === 'cancelSignIn').length
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await cancels()).toBe(1)
    await page.getByRole('button', { name: 'Change' }).click()
    await page.locator('#field-account').waitFor()
    await until(async () => (await cancels()) === 2, 5_000)
  })

  it('says who takes no password, or lets nobody in, and asks for none', async () => {
    await findOn(FOUND['a sign-in in the browser'])
    expect(await page.getByRole('note').innerText()).toContain('Outlook.com no longer accepts passwords')
    expect(await page.locator('#field-password').count()).toBe(0)
    await page.getByRole('button', { name: 'Change' }).click()
    expect(await page.inputValue('#field-account')).toBe('lee@example.org')
    await find(FOUND['a provider that lets nobody in'])
    await page.getByText('It lets nobody in.').waitFor()
    expect(await page.locator('#field-password').count()).toBe(0)
  })

  it('says which step failed and why, and loses nothing of what was typed, even on the way back and forth', async () => {
    await findOn(FOUND['one server'])
    await page.fill('#field-password', 'wrong')
    await page.click('summary')
    await page.fill('#field-folders', 'INBOX\n회의')
    await answerWith(page, 'addAccount', { ok: false, code: 'auth', step: 'sign-in', detail: 'NO [AUTHENTICATIONFAILED]' })
    await submit()
    const alert = await page.getByRole('alert').innerText()
    expect(alert).toContain('The username or password was rejected.')
    expect(alert).toContain('NO [AUTHENTICATIONFAILED]')
    expect(await page.locator('.try-steps li').allInnerTexts()).toEqual([
      'Find server\ndone',
      'Connect\ndone',
      'Check certificate\ndone',
      'Sign in\nfailed',
      'Count folders\nnot tried',
    ])
    await page.keyboard.press('Escape')
    await page.click('#open-add')
    expect(await page.inputValue('#field-password')).toBe('wrong')
    await page.click('summary')
    expect(await page.inputValue('#field-folders')).toBe('INBOX\n회의')
  })

  it('shows the step that is under way', async () => {
    await findOn(FOUND['one server'])
    await page.fill('#field-password', 'x')
    await page.evaluate(() => Object.assign(Reflect.get(window, 'mailbell').desktop, { addAccount: () => new Promise(() => undefined) }))
    await submit()
    await tell(page, windowState({ desktop: desktopState({ tryStep: 'certificate' }) }))
    await page.locator('.try-steps').waitFor()
    expect(await page.locator('.try-steps li').allInnerTexts()).toEqual([
      'Find server\ndone',
      'Connect\ndone',
      'Check certificate\nin progress…',
      'Sign in\nwaiting',
      'Count folders\nwaiting',
    ])
    expect(await findings(page)).toEqual([])
  })

  it('shows a certificate that is not accepted with all that can be compared, and pins it only when asked to', async () => {
    await findOn(FOUND['one server'])
    await page.fill('#field-password', 'x')
    await answerWith(page, 'addAccount', UNTRUSTED)
    await submit()
    const question = page.locator('.certificate')
    const text = await question.innerText()
    for (const part of [
      CERTIFICATE.fingerprint,
      CERTIFICATE.subject,
      CERTIFICATE.issuer,
      'Jan 1, 2026 to Jan 1, 2036',
      'imap.example.org:993',
    ])
      expect(text).toContain(part)
    await submit()
    expect(await added()).toHaveLength(2)
    for (const argument of await added()) expect(argument).not.toHaveProperty('pin')
    await answerWith(page, 'addAccount', { ok: true })
    await page.getByRole('button', { name: 'It matches' }).click()
    await page.locator('#open-add').waitFor()
    expect((await added()).at(-1)).toMatchObject({ pin: CERTIFICATE.fingerprint.replaceAll(':', '').toLowerCase() })
  })

  it('pins no certificate of one server for another', async () => {
    await findOn(FOUND['one server'])
    await page.fill('#field-password', 'x')
    await answerWith(page, 'addAccount', UNTRUSTED)
    await submit()
    await page.locator('.certificate').waitFor()
    await page.click('summary')
    await page.fill('#field-host', 'other.example.org')
    await page.locator('.certificate').waitFor({ state: 'detached' })
  })

  it('offers to accept no certificate that has expired', async () => {
    await findOn(FOUND['one server'])
    await page.fill('#field-password', 'x')
    if (UNTRUSTED.ok) throw new Error('It is not accepted.')
    await answerWith(page, 'addAccount', { ...UNTRUSTED, certificate: { ...CERTIFICATE, problem: 'expired', canPin: false } })
    await submit()
    await page.getByText('It has expired.').waitFor()
    expect(await page.locator('.certificate button').count()).toBe(0)
  })

  it('shows what strangers write as text and nothing else', async () => {
    await openForm()
    const hostile = '<img src=x onerror="document.title=\'taken\'">$t(settings) {{count}}'
    if (!FOUND['one server'].ok) throw new Error('It was found.')
    const { discovery } = FOUND['one server']
    await find({
      ok: true,
      discovery: {
        ...discovery,
        provider: { id: 'autoconfig', name: { en: hostile, ko: hostile }, webUrl: 'https://example.org/', steps: [] },
      },
    })
    expect(await page.locator('#found-title').innerText()).toBe(hostile)
    expect(await page.locator('main :is(img, script)').count()).toBe(0)
    expect(await page.title()).toBe('Mailbell')
  })

  it.each(LOOKS)('has no serious finding of axe-core in any state, and fits into 320 and 190 pixels (%s, %s)', async (theme, language) => {
    const wrong: string[] = []
    const look = async (name: string): Promise<void> => {
      for (const width of [320, 190]) {
        await page.setViewportSize({ width, height: 560 })
        if (await overflows(page)) wrong.push(`${name}: scrolls sideways at ${width}`)
      }
      wrong.push(...(await findings(page)).map((finding) => `${name}: ${finding}`))
    }
    await openForm(inLook(windowState(), theme, language))
    await submit()
    await look('address')
    for (const [name, found] of Object.entries(FOUND)) {
      await find(found)
      await page.locator('#found-title').waitFor()
      await look(name)
      if ((await page.locator('#field-password').count()) > 0) {
        await submit()
        await look(`${name}, with errors`)
      }
      await page.locator('.account-address button').click()
    }
    await find(FOUND['one server'])
    await page.fill('#field-password', 'x')
    await answerWith(page, 'addAccount', UNTRUSTED)
    await submit()
    await page.locator('.certificate').waitFor()
    await look('certificate')
    expect(wrong).toEqual([])
  })
})
