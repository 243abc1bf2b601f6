/**
 * A page that implements the original's protocol: stores its id and last count, requests `get.php` every 100 ms unless a
 * request is pending, and shows the returned count.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, type OpenBrowser } from '../helpers/web/browser.ts'
import { runCommand, type ServedCommand, serveCommand } from '../helpers/cli.ts'
import { browserName, needs } from '../helpers/parts.ts'

const PAGE = `<!doctype html><meta charset="utf-8"><title>mail</title>
<p id="count"></p>
<script>
  var userID = 'demo', mailCount = '', request = null
  window.answers = []
  setInterval(function () {
    if (request) return
    request = new XMLHttpRequest()
    request.open('GET', 'get.php?userID=' + encodeURIComponent(userID) + '&mailCount=' + mailCount)
    request.onload = function () {
      window.answers.push(request.responseText)
      if (request.responseText !== '') document.getElementById('count').textContent = mailCount = request.responseText
    }
    request.onloadend = function () { request = null }
    request.send()
  }, 100)
</script>`

let folder: string
let server: ServedCommand
let browser: OpenBrowser
let page: Page

const mailbell = async (...args: string[]): Promise<void> => {
  const { code, stderr } = await runCommand(args, { MAILBELL_DATA_DIR: folder })
  expect(stderr).toBe('')
  expect(code).toBe(0)
}

const shows = (count: number): Promise<unknown> =>
  page.waitForFunction((text) => document.getElementById('count')?.textContent === text, String(count))

describe.runIf(needs(browserName))('the original page', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailbell-original-'))
    server = await serveCommand(['--demo', '--port', '0'], { MAILBELL_DATA_DIR: folder })
    browser = await openBrowser()
    page = await browser.context.newPage()
    await page.route('**/original.html', (route) => route.fulfill({ contentType: 'text/html', body: PAGE }))
    await mailbell('read', 'demo')
    await page.goto(`${server.url}/original.html`)
  })

  afterAll(async () => {
    await browser.close()
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  })

  test('shows each change of the demo mailbox, and its request is held while nothing changes', async () => {
    await shows(0)
    await mailbell('deliver', 'demo')
    await shows(1)
    await mailbell('deliver', 'demo', '--subject', 'second')
    await shows(2)
    await mailbell('read', 'demo')
    await shows(0)
    expect(await page.evaluate('window.answers')).toEqual(['0', '1', '2', '0'])
  })
})
