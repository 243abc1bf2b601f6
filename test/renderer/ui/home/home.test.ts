import { describe, expect, it } from 'vitest'
import { needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { overflows } from '../../looks.ts'
import { answerRequest, requestsOf, showState } from '../../scripted-bridge.ts'
import { account, allStates, windowState, withAccounts } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'

describe.runIf(needs('chromium'))('the first view', () => {
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
    await showState(ui.page, withAccounts(account({ notices: ['Your mailbox is full.'] })))
    expect(await ui.page.locator('.account').innerText()).toContain('Mail server: Your mailbox is full.')
    const live = ui.page.locator('[role=status]')
    await until(async () => (await live.textContent()) === 'Mail server: Your mailbox is full.')
    await showState(ui.page, withAccounts(account({ unread: 10, notices: ['Your mailbox is full.'] })))
    await until(async () => (await live.textContent()) === '10 unread emails')
  })

  it('has the demo buttons only for the demo server', async () => {
    await open(windowState())
    expect(await ui.page.getByRole('button', { name: 'Deliver a test email' }).count()).toBe(0)
    await showState(ui.page, allStates().get('demo') ?? windowState())
    await ui.page.getByRole('button', { name: 'Deliver a test email' }).click()
    await ui.page.getByRole('button', { name: 'Mark all as read' }).click()
    expect(await requestsOf(ui.page)).toEqual([
      { name: 'changeDemo', argument: { action: 'deliver', account: 'demo' } },
      { name: 'changeDemo', argument: { action: 'read', account: 'demo' } },
    ])
  })

  it('shows why the demo mailbox could not be changed', async () => {
    await open(allStates().get('demo') ?? windowState())
    await answerRequest(ui.page, 'changeDemo', { ok: false, code: 'forbidden' })
    await ui.page.getByRole('button', { name: 'Mark all as read' }).click()
    await ui.page.locator('.toast', { hasText: 'The token doesn’t allow this.' }).waitFor()
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
