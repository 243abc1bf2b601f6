/** Clicks in the page, and verifies the result on the mail server with an independent client. */
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sha256Of } from '../../server/auth/tokens.ts'
import { type OpenBrowser, openBrowser } from '../helpers/web/browser.ts'
import { type DovecotServer, startDovecot } from '../helpers/imap/dovecot.ts'
import { connectImap, type ImapClient, rawMessage } from '../helpers/imap/imap-client.ts'
import { imapConfig } from '../helpers/imap/imap.ts'
import { browserName, needs } from '../helpers/parts.ts'
import { startServer, type TestServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { UNDO_OVER_MS } from '../helpers/web/undo.ts'

const pageDir = fileURLToPath(new URL('../../dist/renderer', import.meta.url))
const HOUR_MS = 3_600_000

describe.runIf(needs(browserName) && needs('dovecot'))('an action on a message in the page', () => {
  let dovecot: DovecotServer
  let browser: OpenBrowser
  let server: TestServer
  let client: ImapClient
  let page: Page
  let users = 0

  beforeAll(async () => {
    dovecot = await startDovecot()
    browser = await openBrowser({ viewport: { width: 380, height: 560 }, locale: 'en-US' })
  })
  afterEach(async () => {
    await page.close()
    await server.close()
    client.close()
  })
  afterAll(async () => {
    await browser.close()
    await dovecot.close()
  })

  /** The page of a server that counts a new user with these unread emails. */
  async function open(token: 'full' | 'reading', subjects: readonly string[], folders: readonly string[] = []): Promise<void> {
    const user = `clicks${(users += 1)}`
    client = await connectImap({ port: dovecot.port, user, password: dovecot.password })
    await client.command('CREATE Trash')
    for (const folder of folders) await client.command(`CREATE "${folder}"`)
    for (const subject of subjects) await client.append('INBOX', rawMessage(`Subject: ${subject}`, 'From: Ann <ann@example.org>'))
    server = await startServer({
      http: { pageDir },
      config: {
        sources: [imapConfig(dovecot, { user, account: 'me', folders: ['INBOX', '*'], intervalMs: HOUR_MS })],
        tokens: [
          { name: 'full', sha256: sha256Of('full'), scopes: ['read', 'act'], accounts: '*' },
          { name: 'reading', sha256: sha256Of('reading'), scopes: ['read'], accounts: '*' },
        ],
      },
    })
    page = await browser.context.newPage()
    await page.clock.install()
    await page.goto(`${server.url}/#token=${token}`)
    await shows(subjects.length)
  }

  const shows = (unread: number): Promise<unknown> =>
    until(
      async () =>
        (await page.locator('.headline').getAttribute('data-unread')) === String(unread) &&
        (await page.locator('.message').count()) === unread,
      20_000,
    )
  /** The page shows at once what will be; the server follows when the time to undo is over. */
  async function becomes(folder: string, criteria: string, count: number): Promise<void> {
    await page.clock.fastForward(UNDO_OVER_MS)
    await until(async () => (await found(folder, criteria)) === count, 20_000)
  }
  const click = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()
  const found = async (folder: string, criteria: string): Promise<number> => {
    await client.command(`SELECT ${folder}`)
    return (await client.search(criteria)).length
  }

  test('"mark read" marks it as seen on the server, and updates the count and the list', async () => {
    await open('full', ['one', 'two', 'three'])
    await click('Mark as read: two')
    await shows(2)
    expect(await found('INBOX', 'SEEN')).toBe(0)
    await page.getByText('1 change pending').waitFor()
    await becomes('INBOX', 'SEEN', 1)
    expect(await found('INBOX', 'SEEN SUBJECT two')).toBe(1)
    await until(async () => (await page.title()) === '(2) Mailbell')
    await page.getByText('1 change pending').waitFor({ state: 'detached' })
    await shows(2)
    expect(await page.locator('.subject').allInnerTexts()).toEqual(['three', 'one'])
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('"delete" and "archive" move it on the server', async () => {
    await open('full', ['one', 'two', 'three'])
    await click('Delete: one')
    await shows(2)
    await click('Archive: three')
    await shows(1)
    await becomes('INBOX', 'ALL', 1)
    expect(await found('Trash', 'SUBJECT one')).toBe(1)
    expect(await found('Archive', 'SUBJECT three UNSEEN')).toBe(1)
  })

  test('shows that the message is gone, unless the list has dropped it already', async () => {
    await open('full', ['one'])
    const message = server.board.get('me')?.counts?.latest?.[0]?.id ?? ''
    await client.command('SELECT INBOX')
    await client.command('STORE 1 +FLAGS (\\Deleted)')
    await client.command('EXPUNGE')
    await shows(0)
    const answer = await page.evaluate(
      async ([path]) => {
        const { status } = await fetch(path, {
          method: 'POST',
          headers: { Authorization: 'Bearer full', 'Content-Type': 'application/json' },
          body: '{"action":"read"}',
        })
        return status
      },
      [`/v1/accounts/me/messages/${encodeURIComponent(message)}`] as const,
    )
    expect(answer).toBe(404)
  })

  test('works on a hostile message, which is shown as text', async () => {
    const words = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
    const hostile = [
      '<img src=x onerror=document.title=1>',
      '<script>document.title=1</script>',
      '\u202egnp.eciovni\u2066',
      'a\u0000b\u0007c\u2028d',
      `=?utf-16le?B?${Buffer.from([0x3d, 0xd8]).toString('base64')}?=`,
    ]
    // With U+202E in it, in modified UTF-7.
    const folder = '<img src=x onerror=a>&IC4-gpj'
    await open('full', [], [folder])
    await client.append('INBOX', `Subject: ${'x'.repeat(1_000_000)}\r\nFrom: ${'y'.repeat(1_000_000)}\r\n\r\n`)
    for (const text of hostile)
      await client.append(
        folder,
        rawMessage(`Subject: ${text.startsWith('=?') ? text : words(text)}`, `From: ${words(text)} <x@example.org>`),
      )
    await shows(6)
    const dom = await page.evaluate(() => document.documentElement.outerHTML)
    // oxlint-disable-next-line no-control-regex
    expect(dom).not.toMatch(/[\u0000-\u0008\u200e\u200f\u202a-\u202e\u2066-\u2069]/)
    expect(dom.isWellFormed()).toBe(true)
    expect(dom.length).toBeLessThan(100_000)
    expect(await page.locator('main :is(img, script, b)').count()).toBe(0)
    expect(await page.title()).toBe('(6) Mailbell')
    for (let left = 6; left > 0; left -= 1) {
      await page.locator('[data-action=delete]').first().click()
      await until(async () => (await page.locator('.message').count()) === left - 1)
    }
    await shows(0)
    await becomes('Trash', 'ALL', 6)
  })

  test('has no buttons for a read-only token', async () => {
    await open('reading', ['one'])
    expect(await page.locator('.message').count()).toBe(1)
    expect(await page.locator('.message button').count()).toBe(0)
  })

  test('reports that the mail server is unreachable, and leaves the message in place', async () => {
    await open('full', ['one'])
    await dovecot.stop()
    try {
      await click('Mark as read: one')
      await shows(0)
      await page.clock.fastForward(UNDO_OVER_MS)
      await page.getByRole('alert').waitFor()
      expect(await page.getByRole('alert').innerText()).toContain('Can’t reach the mail server.')
      expect(await page.locator('.message').count()).toBe(1)
    } finally {
      await dovecot.start()
    }
  })
})
