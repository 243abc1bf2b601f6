import { expect, it } from 'vitest'
import { fetchBounded } from '../../server/discovery/net.ts'

const NEVER = new AbortController().signal

/** A web that answers just this, and writes down what it was asked. */
function web(answers: Readonly<Record<string, () => Response>>) {
  const asked: string[] = []
  const ask: typeof fetch = async (url) => {
    asked.push(String(url))
    return answers[String(url)]?.() ?? new Response('', { status: 404 })
  }
  return { asked, get: (url: string) => fetchBounded(url, NEVER, ask) }
}
const to = (location: string) => () => new Response(null, { status: 302, headers: { location } })

it('follows where it is sent, over https', async () => {
  const { get, asked } = web({
    'https://example.org/a': to('/b'),
    'https://example.org/b': to('https://mail.example.org/c'),
    'https://mail.example.org/c': () =>
      new Response('x', { status: 401, headers: { 'content-type': 'text/plain', 'www-authenticate': 'Basic' } }),
  })
  expect(await get('https://example.org/a')).toEqual({
    status: 401,
    url: 'https://mail.example.org/c',
    contentType: 'text/plain',
    asksToSignIn: true,
    body: 'x',
  })
  expect(asked).toHaveLength(3)
})

it.each([
  ['http', 'http://example.org/a'],
  ['another scheme', 'data:text/xml,x'],
])('asks nobody over %s', async (_what, location) => {
  const { get, asked } = web({ 'https://example.org/a': to(location) })
  await expect(get('https://example.org/a')).rejects.toThrow('not https')
  expect(asked).toEqual(['https://example.org/a'])
})

it('is not sent around for ever', async () => {
  const { get, asked } = web({ 'https://example.org/a': to('/a') })
  await expect(get('https://example.org/a')).rejects.toThrow('too often')
  expect(asked.length).toBeLessThan(6)
})

it('reads no more of a body than its bound', async () => {
  let pulled = 0
  const endless = (): Response =>
    new Response(
      new ReadableStream({
        pull(controller) {
          pulled += 1
          controller.enqueue(new Uint8Array(16 * 1024).fill(120))
        },
      }),
    )
  const { body } = await web({ 'https://example.org/a': endless }).get('https://example.org/a')
  expect(body.length).toBeLessThanOrEqual(64 * 1024)
  expect(pulled).toBeLessThan(10)
})
