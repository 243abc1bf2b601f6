/** What a person without the right to act can do in the page: every button there does something. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserName, needs } from '../helpers/parts.ts'
import { send } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { type OpenPage, type Pages, showsCount, startPages } from './pages.ts'

describe.runIf(needs(browserName))('the page for a token without the scope act', () => {
  let pages: Pages
  let open: OpenPage
  beforeAll(async () => {
    pages = await startPages({ config: { demo: true } })
    const latest = [
      { id: '1', from: 'Ann <ann@example.org>', subject: 'Lunch', url: 'https://webmail.test/1' },
      { id: '2', from: 'Bob <bob@example.org>', subject: 'Report' },
    ]
    const { status } = await send(pages.server.port, 'PUT', '/v1/accounts/alice', { token: 'feeder', body: { unread: 2, latest } })
    expect(status).toBe(204)
    open = await pages.open('reader')
    // Two of Alice, two of the demo mailbox.
    await showsCount(open.page, 4)
  })
  afterAll(() => pages.close())

  test('has no buttons for actions', async () => {
    const names = await open.page
      .locator('button')
      .evaluateAll((buttons) => buttons.map((button) => button.ariaLabel ?? button.textContent))
    expect(names).toEqual(expect.arrayContaining(['Check now', 'Settings', 'Mute all notifications']))
    expect(names.filter((name) => /read|archive|delete|add/i.test(name))).toEqual([])
    expect(await open.page.locator('.message').count()).toBe(4)
  })

  test('sends no action by a key', async () => {
    await open.page.locator('.message a').focus()
    for (const key of ['Delete', 'Control+e', 'Control+i']) await open.page.keyboard.press(key)
    expect(pages.proxy.seen.filter((request) => request.startsWith('POST'))).toEqual([])
    expect(await open.page.locator('.message').count()).toBe(4)
  })

  test('opens a message in another tab, which does not learn where it came from', async () => {
    const { page } = open
    await page.context().route('https://webmail.test/**', (route) => route.fulfill({ contentType: 'text/html', body: 'Webmail' }))
    const opening = page.context().waitForEvent('page')
    await page.locator('.message').getByText('Lunch').click()
    const opened = await opening
    await opened.getByText('Webmail').waitFor()
    expect(await opened.evaluate(() => [window.location.href, window.opener, document.referrer])).toEqual([
      'https://webmail.test/1',
      null,
      '',
    ])
    await opened.close()
    // Without an address there is nothing to open, and no link.
    expect(await page.locator('.message').filter({ hasText: 'Report' }).locator('a').count()).toBe(0)
  })

  test('finds messages and accounts, says if there are none, and shows everything again', async () => {
    const { page, words } = open
    const field = page.getByLabel(words.t('search'))
    await field.fill('ann')
    await until(async () => (await page.locator('.message').count()) === 1)
    await field.fill('nothing of the kind')
    await page.getByRole('heading', { name: words.t('foundNothing', { query: 'nothing of the kind' }) }).waitFor()
    await page.getByRole('button', { name: words.t('clearSearch') }).click()
    await until(async () => (await page.locator('.message').count()) === 4)
    expect(await page.title()).toBe('(4) Mailbell')
  })

  test('signs out, and shows nothing any more', async () => {
    const { page, words } = await pages.open('reader')
    await page.locator('#open-settings').click()
    await page.getByRole('button', { name: words.t('signOut') }).click()
    await page.getByText(words.t('signInIntro')).waitFor()
    expect(await page.title()).toBe('Mailbell')
    await page.reload()
    await page.getByText(words.t('signInIntro')).waitFor()
  })
})
