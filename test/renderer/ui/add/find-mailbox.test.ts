import { describe, expect, it } from 'vitest'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings, inLook, SOME_LOOKS, overflows } from '../../looks.ts'
import { FOUND, UNTRUSTED } from '../../found.ts'
import { answerRequest, requestsOf } from '../../scripted-bridge.ts'
import { windowState } from '../../states.ts'
import { useAddView } from './add-view.ts'

describe.runIf(needs(browserName))('finding a mailbox', () => {
  const { ui, added, find, findOn, focused, openForm, submit } = useAddView()

  it('takes five steps by the keyboard alone', async () => {
    await ui.open(windowState())
    await answerRequest(ui.page, 'findMailbox', FOUND['one server'])
    await ui.page.locator('#open-add').focus()
    await ui.page.keyboard.press('Enter')
    await until(async () => ui.page.evaluate(() => document.activeElement?.tagName === 'H1'))
    await ui.page.keyboard.press('Tab')
    await ui.page.keyboard.type('lee@example.org')
    await ui.page.keyboard.press('Enter')
    await until(async () => (await focused()) === 'found-title')
    await ui.page.keyboard.press('Tab')
    expect(await focused()).toBe('field-password')
    await ui.page.keyboard.type('pass word ')
    await ui.page.keyboard.press('Enter')
    await ui.page.locator('#open-add').waitFor()
    expect(await requestsOf(ui.page)).toEqual([
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
    await until(async () => (await focused()) === 'open-add')
  })

  it('requires an address before it sends a request', async () => {
    await openForm()
    await ui.page.fill('#field-account', 'lee')
    await submit()
    await until(async () => (await focused()) === 'field-account')
    const described = (await ui.page.locator('#field-account').getAttribute('aria-describedby'))?.split(' ') ?? []
    expect(await ui.page.locator(`#${described[0]}`).innerText()).toBe('Enter an email address, such as kim@example.org.')
    expect(await requestsOf(ui.page)).toEqual([])
  })

  it("shows the provider, how the server was found, and the provider's own steps with their links", async () => {
    await findOn(FOUND['a provider with steps'])
    const main = await ui.page.locator('main').innerText()
    for (const text of [
      'Naver Mail',
      'IMAP at imap.naver.com, port 993, TLS',
      'Known provider',
      'Set up Naver Mail first',
      'Switch IMAP on in the settings.',
    ])
      expect(main).toContain(text)
    expect(await ui.page.locator('label[for=field-password]').innerText()).toBe('App password')
    await ui.page.getByRole('button', { name: 'Open in browser' }).click()
    expect((await requestsOf(ui.page)).at(-1)).toEqual({ name: 'openUrl', argument: 'https://mail.naver.com/' })
  })

  it('offers every server that was found, and fills in its fields', async () => {
    await findOn(FOUND['several servers'])
    await ui.page.click('summary')
    await ui.page.selectOption('#field-chosen', '1')
    expect(await Promise.all(['host', 'port', 'user', 'security'].map((name) => ui.page.inputValue(`#field-${name}`)))).toEqual([
      'mail.example.org',
      '143',
      'lee',
      'starttls',
    ])
    await ui.page.fill('#field-password', 'x')
    await submit()
    expect(await added()).toMatchObject([{ host: 'mail.example.org', port: 143, security: 'starttls', user: 'lee' }])
  })

  it('lets the server be entered when none was found', async () => {
    await findOn(FOUND['no server'])
    await ui.page.fill('#field-password', 'x')
    await submit()
    await until(async () => (await focused()) === 'field-host')
    await ui.page.fill('#field-host', 'mail.example.org')
    await ui.page.fill('#field-port', '70000')
    await submit()
    const port = ui.page.locator('#field-port')
    await until(async () => (await port.getAttribute('aria-invalid')) === 'true')
    const described = (await port.getAttribute('aria-describedby')) ?? ''
    expect(await ui.page.locator(`#${described}`).innerText()).toBe('From 1 to 65535')
    expect(await added()).toEqual([])
  })

  it('lets the server be entered without a search', async () => {
    await openForm()
    await ui.page.fill('#field-account', 'lee@example.org')
    await ui.page.getByRole('button', { name: 'Enter server settings manually' }).click()
    expect(await ui.page.locator('#found-title').innerText()).toBe('Your mail server')
    await ui.page.fill('#field-password', 'x')
    await ui.page.fill('#field-host', 'mail.example.org')
    await submit()
    expect(await requestsOf(ui.page)).toMatchObject([
      { name: 'addAccount', argument: { host: 'mail.example.org', user: 'lee@example.org' } },
    ])
  })

  it('shows the texts of others as plain text only', async () => {
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
    expect(await ui.page.locator('#found-title').innerText()).toBe(hostile)
    expect(await ui.page.locator('main :is(img, script)').count()).toBe(0)
    expect(await ui.page.title()).toBe('Mailbell')
  })

  it.each(SOME_LOOKS)('has no serious finding of axe-core, and fits 320 and 190 pixels (%s, %s)', async (theme, language) => {
    const wrong: string[] = []
    const look = async (name: string): Promise<void> => {
      for (const width of [320, 190]) {
        await ui.page.setViewportSize({ width, height: 560 })
        if (await overflows(ui.page)) wrong.push(`${name}: scrolls sideways at ${width}`)
      }
      wrong.push(...(await findings(ui.page)).map((finding) => `${name}: ${finding}`))
    }
    await openForm(inLook(windowState(), theme, language))
    await submit()
    await look('address')
    for (const [name, found] of Object.entries(FOUND)) {
      await find(found)
      await ui.page.locator('#found-title').waitFor()
      await look(name)
      if ((await ui.page.locator('#field-password').count()) > 0) {
        await submit()
        await look(`${name}, with errors`)
      }
      await ui.page.locator('.account-address button').click()
    }
    await find(FOUND['one server'])
    await ui.page.fill('#field-password', 'x')
    await answerRequest(ui.page, 'addAccount', UNTRUSTED)
    await submit()
    await ui.page.locator('.certificate').waitFor()
    await look('certificate')
    expect(wrong).toEqual([])
  })
})
