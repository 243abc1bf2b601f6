import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_SHARED_SETTINGS } from '../../../common/protocol/shared-values.ts'
import type { DesktopWindowState } from '../../../common/protocol/window-state.ts'
import { answer, CONTENT_SECURITY_POLICY, filesUnder } from '../../../main/window/app-protocol.ts'
import { desktopParts } from '../../helpers/desktop/desktop-state.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

const state: DesktopWindowState = {
  servers: [],
  sharedSettings: { ...DEFAULT_SHARED_SETTINGS, theme: 'dark' },
  language: 'ko',
  notices: [{ id: 'server-down', detail: "</script><!-- <b>$& $'" }],
  check: { isRunning: false, endedAtMs: null },
  version: '1.0.0',
  ...desktopParts(),
}
const HTML = "<main>$& $' 안녕</main>"
const STYLE = "main::before { content: '$&' }\n"
/** As the build writes it. */
const PAGE = `<html lang="en"><head><link rel="stylesheet" crossorigin href="./assets/style.css"></head><body><div id="app"></div></body></html>`

let folder: TemporaryFolder
let dir: string
beforeEach(async () => {
  folder = await temporaryFolder()
  dir = join(folder.path, 'page')
  await mkdir(join(dir, 'assets'), { recursive: true })
  await writeFile(join(folder.path, 'secret.txt'), 'secret')
  await writeFile(join(dir, 'index.html'), PAGE)
  await writeFile(join(dir, 'assets/style.css'), STYLE)
  await writeFile(join(dir, 'assets/a b.js'), 'let a')
})
afterEach(() => folder.remove())

const ask = (url: string, { method = 'GET', html = HTML } = {}): Promise<Response> =>
  answer({ files: filesUnder(dir), readFirstPaint: async () => ({ state, html }) }, method, url)
const readPage = async (html?: string): Promise<string> => await (await ask('app://mailbell/index.html', { html })).text()
const policyOf = (response: Response): string | null => response.headers.get('content-security-policy')

test('a file of the page is served with its type and the policy', async () => {
  const response = await ask('app://mailbell/assets/a%20b.js')
  expect(await response.text()).toBe('let a')
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(policyOf(response)).toBe(CONTENT_SECURITY_POLICY)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

test('the page has the state in it, which ends no element and keeps each character', async () => {
  const [, json = '', after, ...others] = (await readPage()).split(/<script type="application\/json" id="state">|<\/script>/)
  expect(after).toMatch(/^<\/head><body>/)
  expect(others).toEqual([])
  expect(JSON.parse(json)).toEqual(state)
})

test('the page has its HTML, language and theme in it, and nothing can be pressed before its script runs', async () => {
  const page = await readPage()
  expect(page).toContain(`<body><div id="app" inert>${HTML}</div></body>`)
  expect(page).toContain('<html lang="ko" data-theme="dark">')
})

test('the page has its styles in it, which the policy allows by their hash alone', async () => {
  const response = await ask('app://mailbell/index.html')
  expect(await response.text()).toContain(`<head><style>${STYLE}</style>`)
  const hash = createHash('sha256').update(STYLE).digest('base64')
  expect(policyOf(response)).toBe(CONTENT_SECURITY_POLICY.replace("style-src 'self'", `style-src 'self' 'sha256-${hash}'`))
  expect(policyOf(response)).not.toContain('unsafe')
})

test('without HTML, the page is left to its script, with its styles in it', async () => {
  const page = await readPage('')
  expect(page).toContain('<div id="app"></div>')
  expect(page).toContain(`<style>${STYLE}</style>`)
})

test('without the file of its styles, the page keeps its link, and the policy allows no inline style', async () => {
  await rm(join(dir, 'assets/style.css'))
  const response = await ask('app://mailbell/index.html')
  const page = await response.text()
  expect(page).toContain('<link rel="stylesheet" crossorigin href="./assets/style.css">')
  expect(page).toContain(`<div id="app" inert>${HTML}`)
  expect(policyOf(response)).toBe(CONTENT_SECURITY_POLICY)
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
  expect((await ask(url)).status).toBe(404)
})

test('only GET and HEAD are allowed', async () => {
  expect((await ask('app://mailbell/index.html', { method: 'POST' })).status).toBe(405)
  expect(await (await ask('app://mailbell/index.html', { method: 'HEAD' })).text()).toBe('')
})
