import { expect, test } from 'vitest'
import type { Discovery } from '../../main/ipc.ts'
import { createWebLinks } from '../../main/web-links.ts'

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

test('opens what came with what was found last, and nothing else', async () => {
  const opened: string[] = []
  const links = createWebLinks(async (url) => void opened.push(url))
  expect(await links.open('https://example.org/')).toEqual({ ok: false, code: 'invalid' })
  links.allow(found('https://mail.example.org/', 'https://example.org/settings', 'http://example.org/', 'file:///etc/passwd'))
  for (const url of ['https://example.org/settings', 'https://mail.example.org/']) expect(await links.open(url)).toEqual({ ok: true })
  for (const url of ['http://example.org/', 'file:///etc/passwd', 'https://example.org/settings?x', 'https://evil.example/'])
    expect(await links.open(url)).toMatchObject({ ok: false })
  links.allow({ address: 'x@example.org', candidates: [], provider: null })
  expect(await links.open('https://example.org/settings')).toMatchObject({ ok: false })
  expect(opened).toEqual(['https://example.org/settings', 'https://mail.example.org/'])
})
