import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer, filesUnder } from '../../../main/window/app-protocol.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

let folder: TemporaryFolder
let files: ReadonlyMap<string, string>
beforeAll(async () => {
  folder = await temporaryFolder()
  const page = join(folder.path, 'page')
  await mkdir(join(page, 'assets'), { recursive: true })
  await writeFile(join(folder.path, 'secret.txt'), 'secret')
  await writeFile(join(page, 'index.html'), '<p>page</p>')
  await writeFile(join(page, 'assets/a b.js'), 'let a')
  files = filesUnder(page)
})
afterAll(() => folder.remove())

test('a file of the page is served with its type and the policy', async () => {
  const response = await answer(files, 'GET', 'app://mailbell/index.html')
  expect(await response.text()).toBe('<p>page</p>')
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

test('a name that needs encoding is found', async () => {
  expect((await answer(files, 'GET', 'app://mailbell/assets/a%20b.js')).status).toBe(200)
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
  expect((await answer(files, 'GET', url)).status).toBe(404)
})

test('only GET and HEAD are allowed', async () => {
  expect((await answer(files, 'POST', 'app://mailbell/index.html')).status).toBe(405)
  expect(await (await answer(files, 'HEAD', 'app://mailbell/index.html')).text()).toBe('')
})
