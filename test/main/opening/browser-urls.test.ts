import { expect, test } from 'vitest'
import type { Discovery } from '../../../common/protocol/discovery.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Account } from '../../../common/protocol/wire.ts'
import { createBrowserUrls } from '../../../main/opening/browser-urls.ts'

const found = (webUrl: string, ...urls: readonly string[]): Discovery => ({
  address: 'kim@example.org',
  candidates: [],
  provider: {
    id: 'example',
    name: { en: 'Example', ko: '예시' },
    webUrl,
    steps: urls.map((url) => ({ text: { en: 'Do it.', ko: '하세요.' }, url })),
  },
})

test('opens URLs of the last discovery, and no others', async () => {
  const opened: string[] = []
  const urls = createBrowserUrls({ openExternal: async (url) => void opened.push(url) }, () => [])
  expect(await urls.open('https://example.org/')).toEqual({ ok: false, code: 'invalid' })
  urls.allowUrlsOf(found('https://mail.example.org/', 'https://example.org/settings', 'http://example.org/', 'file:///etc/passwd'))
  for (const url of ['https://example.org/settings', 'https://mail.example.org/']) expect(await urls.open(url)).toEqual({ ok: true })
  for (const url of ['http://example.org/', 'file:///etc/passwd', 'https://example.org/settings?x', 'https://evil.example/'])
    expect(await urls.open(url)).toMatchObject({ ok: false })
  urls.allowUrlsOf({ address: 'x@example.org', candidates: [], provider: null })
  expect(await urls.open('https://example.org/settings')).toMatchObject({ ok: false })
  expect(opened).toEqual(['https://example.org/settings', 'https://mail.example.org/'])
})

test('opens URLs of the accounts that mail programs have, beside those of the last discovery', async () => {
  const urls = createBrowserUrls({ openExternal: async () => undefined }, () => [])
  urls.allowUrlsOf(found('https://mail.example.org/'))
  urls.allowUrlsOfKnown([found('https://one.example.org/'), found('https://two.example.org/', 'http://two.example.org/')])
  for (const name of ['mail', 'one', 'two']) expect(await urls.open(`https://${name}.example.org/`)).toEqual({ ok: true })
  expect(await urls.open('http://two.example.org/')).toMatchObject({ ok: false })
})

test('opens displayed URLs: the inbox of an account, and the page of a message', async () => {
  const opened: string[] = []
  const shown = { id: 'a', unread: 1, status: 'ok', checkedAt: null, url: 'https://mail.example.org/' } as const
  const mail = { id: '1', from: 'x', subject: 'y', url: 'https://mail.example.org/#1' }
  let accounts: Account[] = [{ ...shown, latest: [mail] }]
  const servers = (): readonly ServerView[] => [{ id: 'local', kind: 'local', label: null, link: { phase: 'live' }, accounts, demo: [] }]
  const urls = createBrowserUrls({ openExternal: async (url) => void opened.push(url) }, servers)
  for (const url of [shown.url, mail.url]) expect(await urls.open(url)).toEqual({ ok: true })
  accounts = [shown]
  expect(await urls.open(mail.url)).toEqual({ ok: false, code: 'invalid' })
  expect(opened).toEqual([shown.url, mail.url])
})

test('a sign-in page must be https', async () => {
  const opened: string[] = []
  const urls = createBrowserUrls({ openExternal: async (url) => void opened.push(url) }, () => [])
  await urls.openSignIn('https://accounts.example.org/auth?x')
  for (const url of ['http://accounts.example.org/', 'file:///etc/passwd', 'nonsense']) await expect(urls.openSignIn(url)).rejects.toThrow()
  expect(opened).toEqual(['https://accounts.example.org/auth?x'])
})
