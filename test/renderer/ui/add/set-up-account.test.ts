import { describe, expect, it } from 'vitest'
import { desktopParts } from '../../../helpers/desktop/desktop-state.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings } from '../../looks.ts'
import { CERTIFICATE, FOUND, UNTRUSTED } from '../../found.ts'
import { answerRequest, neverAnswer, requestsOf, showState } from '../../scripted-bridge.ts'
import { windowState } from '../../states.ts'
import { useAddView } from './add-view.ts'

describe.runIf(needs(browserName))('setting up an account', () => {
  const { ui, added, find, findOn, focused, submit } = useAddView()

  it('takes an API token for JMAP without a username', async () => {
    await findOn(FOUND['one server'])
    await ui.page.click('summary')
    await ui.page.selectOption('#field-protocol', 'jmap')
    expect(await ui.page.inputValue('#field-port')).toBe('443')
    await ui.page.fill('#field-user', '')
    expect(await ui.page.locator('label[for=field-password]').innerText()).toBe('API token')
    await ui.page.fill('#field-password', 'x')
    await submit()
    expect(await added()).toMatchObject([{ protocol: 'jmap', port: 443, user: '', password: 'x' }])
  })

  it('fills in the port of each protocol, and sends no folders for POP3', async () => {
    await findOn(FOUND['one server'])
    await ui.page.click('summary')
    await ui.page.selectOption('#field-protocol', 'pop3')
    expect(await ui.page.inputValue('#field-port')).toBe('995')
    expect(await ui.page.locator('#field-folders').count()).toBe(0)
    await ui.page.selectOption('#field-security', 'starttls')
    expect(await ui.page.inputValue('#field-port')).toBe('110')
    await ui.page.fill('#field-password', 'x')
    await submit()
    expect(await added()).toMatchObject([{ protocol: 'pop3', port: 110, folders: [] }])
  })

  it('opens the server settings when a field in them has an error', async () => {
    await findOn(FOUND['one server'])
    await ui.page.click('summary')
    await ui.page.fill('#field-user', ' ')
    await ui.page.click('summary')
    await ui.page.fill('#field-password', 'x')
    await submit()
    await until(async () => (await focused()) === 'field-user')
    await ui.page.fill('#field-user', 'lee')
    expect(await ui.page.locator('#field-user').isVisible()).toBe(true)
    expect(await ui.page.locator('[aria-invalid]').count()).toBe(0)
  })

  it('sends no password to a server of another domain before it is confirmed', async () => {
    await findOn(FOUND['a server of another domain'])
    await ui.page.fill('#field-password', 'x')
    await submit()
    await until(async () => (await focused()) === 'field-agreed')
    expect(await added()).toEqual([])
    await ui.page.check('#field-agreed')
    await submit()
    expect(await added()).toMatchObject([{ host: 'imap.other.example' }])
  })

  it('signs in with the browser through a registered client instead of an app password', async () => {
    await findOn(FOUND['an app password or the browser'])
    await ui.page.locator('#field-password').waitFor()
    await ui.page.check('#field-byBrowser')
    expect(await ui.page.locator('#field-password').count()).toBe(0)
    await ui.page.getByRole('button', { name: 'Register a client ID' }).click()
    await submit()
    expect(await focused()).toBe('field-clientId')
    expect(await ui.page.locator('.field-error').count()).toBe(2)
    expect(await added()).toEqual([])
    await ui.page.fill('#field-clientId', ' mine ')
    await ui.page.fill('#field-clientSecret', 'shh')
    await submit()
    await ui.page.locator('#open-add').waitFor()
    expect(await added()).toMatchObject([{ password: '', oauth: { provider: 'google', clientId: 'mine', clientSecret: 'shh' } }])
    expect(await requestsOf(ui.page)).toContainEqual({ name: 'openUrl', argument: 'https://console.example/' })
    expect((await requestsOf(ui.page)).filter(({ name }) => name === 'cancelSignIn')).toEqual([])
  })

  it('shows that it waits for the browser, until the wait is cancelled or the view is left', async () => {
    await findOn(FOUND['a sign-in in the browser'])
    await ui.page.fill('#field-clientId', 'mine')
    expect(await ui.page.locator('#field-clientSecret').count()).toBe(0)
    // The request never ends.
    await neverAnswer(ui.page, 'addAccount')
    await submit()
    await ui.page.getByRole('status').getByText('Complete the sign-in in your browser.').waitFor()
    const cancels = async (): Promise<number> => (await requestsOf(ui.page)).filter(({ name }) => name === 'cancelSignIn').length
    await ui.page.getByRole('button', { name: 'Cancel' }).click()
    expect(await cancels()).toBe(1)
    await ui.page.getByRole('button', { name: 'Change' }).click()
    await ui.page.locator('#field-account').waitFor()
    await until(async () => (await cancels()) === 2)
  })

  it('ends the test of a password when the view is left', async () => {
    await findOn(FOUND['one server'])
    await ui.page.fill('#field-password', 'slow')
    await neverAnswer(ui.page, 'addAccount')
    await submit()
    await ui.page.locator('form[aria-busy=true]').waitFor()
    await ui.page.getByRole('button', { name: 'Back' }).click()
    await until(async () => (await requestsOf(ui.page)).some(({ name }) => name === 'cancelSignIn'))
  })

  it('asks for no password where the provider accepts none', async () => {
    await findOn(FOUND['a sign-in in the browser'])
    expect(await ui.page.getByRole('note').innerText()).toContain('Outlook.com no longer accepts passwords')
    expect(await ui.page.locator('#field-password').count()).toBe(0)
    await ui.page.getByRole('button', { name: 'Change' }).click()
    expect(await ui.page.inputValue('#field-account')).toBe('lee@example.org')
    await find(FOUND['a provider without mail apps'])
    await ui.page.getByText('It allows no mail apps.').waitFor()
    expect(await ui.page.locator('#field-password').count()).toBe(0)
  })

  it('shows which step failed and why, and preserves the draft between views', async () => {
    await findOn(FOUND['one server'])
    await ui.page.fill('#field-password', 'wrong')
    await ui.page.click('summary')
    await ui.page.fill('#field-folders', 'INBOX\n회의')
    await answerRequest(ui.page, 'addAccount', { ok: false, code: 'auth', step: 'sign-in', detail: 'NO [AUTHENTICATIONFAILED]' })
    await submit()
    const alert = await ui.page.getByRole('alert').innerText()
    expect(alert).toContain('The username or password was rejected.')
    expect(alert).toContain('NO [AUTHENTICATIONFAILED]')
    expect(await ui.page.locator('.try-steps li').allInnerTexts()).toEqual([
      'Find server\ndone',
      'Connect\ndone',
      'Check certificate\ndone',
      'Sign in\nfailed',
      'Count folders\nnot tried',
    ])
    await ui.page.keyboard.press('Escape')
    await ui.page.click('#open-add')
    expect(await ui.page.inputValue('#field-password')).toBe('wrong')
    await ui.page.click('summary')
    expect(await ui.page.inputValue('#field-folders')).toBe('INBOX\n회의')
  })

  it('shows the step in progress', async () => {
    await findOn(FOUND['one server'])
    await ui.page.fill('#field-password', 'x')
    await neverAnswer(ui.page, 'addAccount')
    await submit()
    await showState(ui.page, windowState({ ...desktopParts({ tryStep: 'certificate' }) }))
    await ui.page.locator('.try-steps').waitFor()
    expect(await ui.page.locator('.try-steps li').allInnerTexts()).toEqual([
      'Find server\ndone',
      'Connect\ndone',
      'Check certificate\nin progress…',
      'Sign in\nwaiting',
      'Count folders\nwaiting',
    ])
    expect(await findings(ui.page)).toEqual([])
  })

  it('moves no field and not the action when an error, the steps or a result appears', async () => {
    await findOn(FOUND['one server'])
    await ui.page.click('summary')
    const boxes = (): Promise<unknown> =>
      ui.page.evaluate(() =>
        Array.from(document.querySelectorAll('input, select, .primary'), (at) => JSON.stringify(at.getBoundingClientRect())),
      )
    await ui.page.setViewportSize({ width: 380, height: 1400 })
    const before = await boxes()
    for (const id of ['password', 'host', 'user']) await ui.page.fill(`#field-${id}`, '')
    await submit()
    expect(await ui.page.locator('.field-error').count()).toBe(3)
    expect(await boxes()).toEqual(before)
    for (const id of ['password', 'host', 'user']) await ui.page.fill(`#field-${id}`, 'x')
    await answerRequest(ui.page, 'addAccount', UNTRUSTED)
    await submit()
    await ui.page.locator('.certificate').waitFor()
    expect(await boxes()).toEqual(before)
  })

  it('stands under its title in a wide window', async () => {
    await findOn(FOUND['one server'])
    await ui.page.setViewportSize({ width: 1280, height: 800 })
    const [title, field] = [await ui.page.locator('h1').boundingBox(), await ui.page.locator('#field-password').boundingBox()]
    expect(Math.abs((title?.x ?? 0) - (field?.x ?? 999))).toBeLessThan(60)
  })

  it('shows an untrusted certificate with all its details, and pins it only on request', async () => {
    await findOn(FOUND['one server'])
    await ui.page.fill('#field-password', 'x')
    await answerRequest(ui.page, 'addAccount', UNTRUSTED)
    await submit()
    const question = ui.page.locator('.certificate')
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
    await answerRequest(ui.page, 'addAccount', { ok: true })
    await ui.page.getByRole('button', { name: 'It matches' }).click()
    await ui.page.locator('#open-add').waitFor()
    expect((await added()).at(-1)).toMatchObject({ pin: CERTIFICATE.fingerprint.replaceAll(':', '').toLowerCase() })
  })

  it('gives the focus to its button when the question about a certificate is answered', async () => {
    await findOn(FOUND['one server'])
    await ui.page.fill('#field-password', 'x')
    await answerRequest(ui.page, 'addAccount', UNTRUSTED)
    await submit()
    await ui.page.locator('.certificate').waitFor()
    await neverAnswer(ui.page, 'addAccount')
    await ui.page.getByRole('button', { name: 'It matches' }).click()
    await ui.page.locator('form[aria-busy=true]').waitFor()
    expect(await ui.page.locator('[type=submit]').evaluate((button) => button === document.activeElement)).toBe(true)
  })

  it('never pins the certificate of one server for another', async () => {
    await findOn(FOUND['one server'])
    await ui.page.fill('#field-password', 'x')
    await answerRequest(ui.page, 'addAccount', UNTRUSTED)
    await submit()
    await ui.page.locator('.certificate').waitFor()
    await ui.page.click('summary')
    await ui.page.fill('#field-host', 'other.example.org')
    await ui.page.locator('.certificate').waitFor({ state: 'detached' })
  })

  it('never offers to accept an expired certificate', async () => {
    await findOn(FOUND['one server'])
    await ui.page.fill('#field-password', 'x')
    if (UNTRUSTED.ok) throw new Error('It is not accepted.')
    await answerRequest(ui.page, 'addAccount', { ...UNTRUSTED, certificate: { ...CERTIFICATE, problem: 'expired', canPin: false } })
    await submit()
    await ui.page.getByText('It has expired.').waitFor()
    expect(await ui.page.locator('.certificate button').count()).toBe(0)
  })
})
