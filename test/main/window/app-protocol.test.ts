import { DEFAULT_SHARED_SETTINGS } from '../../../common/protocol/shared-values.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer, filesUnder } from '../../../main/window/app-protocol.ts'
import type { DesktopWindowState } from '../../../common/protocol/window-state.ts'
import { desktopParts } from '../../helpers/desktop/desktop-state.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

const state: DesktopWindowState = {
  servers: [],
  sharedSettings: DEFAULT_SHARED_SETTINGS,
  language: 'ko',
  notices: [{ id: 'server-down', detail: "</script><!-- <b>$& $'" }],
  check: { isRunning: false, endedAtMs: null },
  version: '1.0.0',
  ...desktopParts(),
}

let folder: TemporaryFolder
let page: Parameters<typeof answer>[0]
beforeAll(async () => {
  folder = await temporaryFolder()
  const dir = join(folder.path, 'page')
  await mkdir(join(dir, 'assets'), { recursive: true })
  await writeFile(join(folder.path, 'secret.txt'), 'secret')
  await writeFile(join(dir, 'index.html'), '<head></head><p>page</p>')
  await writeFile(join(dir, 'assets/a b.js'), 'let a')
  page = { files: filesUnder(dir), readState: () => state }
})
afterAll(() => folder.remove())

test('a file of the page is served with its type and the policy', async () => {
  const response = await answer(page, 'GET', 'app://mailbell/index.html')
  expect(await response.text()).toMatch(/<\/head><p>page<\/p>$/)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

test('the page has the state in it, which ends no element and keeps each character', async () => {
  const html = await (await answer(page, 'GET', 'app://mailbell/index.html')).text()
  const [, json = '', ...others] = html.split(/<script type="application\/json" id="state">|<\/script>/)
  expect(others).toEqual(['</head><p>page</p>'])
  expect(JSON.parse(json)).toEqual(state)
})

test('a name that needs encoding is found', async () => {
  expect((await answer(page, 'GET', 'app://mailbell/assets/a%20b.js')).status).toBe(200)
})

test.each([
  'app://mailbell/',
  'app://mailbell/missing.js',
  'app://mailbell/../secret.txt',
  'app://mailbell/..%2fsecret.txt',
  'app://mailbell/%2e%2e/secret.txt',
  'app://mailbell/assets%2fa%20b.js',
  'app://mailbell/__proto__',
  'app://elsewhere/index.html',
])('%s is not found', async (url) => {
  expect((await answer(page, 'GET', url)).status).toBe(404)
})

test('only GET and HEAD are allowed', async () => {
  expect((await answer(page, 'POST', 'app://mailbell/index.html')).status).toBe(405)
  expect(await (await answer(page, 'HEAD', 'app://mailbell/index.html')).text()).toBe('')
})
