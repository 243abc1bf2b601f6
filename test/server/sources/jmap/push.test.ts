/** What the jmap source does beyond the contract of all sources, over a fake server with push. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createJmapSource } from '../../../../server/sources/jmap/source.ts'
import type { JmapSourceConfig } from '../../../../server/sources/jmap/config.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { type FakeJmap, startFakeJmap } from '../../../helpers/sources/fake-jmap.ts'
import { jmapConfig } from '../../../helpers/sources/jmap.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'
import { HOUR_MS, never, ALL, run } from './run-jmap.ts'

describe('over a server with push', () => {
  async function start(): Promise<FakeJmap> {
    const server = await startFakeJmap()
    onTestFinished(server.stop)
    return server
  }

  test.each([
    [['a+b/c=@x'], 'a+b/c=@x'],
    [['1@x', 'second@x'], '1@x'],
    [['--$(id);"@x'], '--$(id);"@x'],
    [['two words@x'], undefined],
    [['line\nend@x'], undefined],
    [['x'.repeat(1_000)], undefined],
    [[], undefined],
    [[7], undefined],
    ['a@x', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('of Message-IDs %j, %j is reported, and the message in any case', async (messageId, reported) => {
    const server = await start()
    server.messageId = messageId
    server.setUnread(1)
    const { board, shows } = await run(jmapConfig(server.url, server.password, { webUrl: 'https://app.fastmail.com/mail/' }))
    await shows('me', 1)
    const [message] = board.get('me')?.counts?.latest ?? []
    expect(message).toMatchObject({ subject: '회의 1' })
    expect(message?.messageId).toBe(reported)
    expect(message?.url).toBe(reported && `https://app.fastmail.com/mail/search:${encodeURIComponent(`msgid:${reported}`)}/`)
  })

  describe('all messages are marked read', () => {
    /** @param before is called before each request for calls is answered, with its number. */
    async function readAll(server: FakeJmap, before: (request: number) => void = () => undefined): Promise<unknown> {
      let requests = 0
      server.intercept = (request) => {
        if (request.method === 'POST') before((requests += 1))
        return false
      }
      return await createJmapSource(jmapConfig(server.url, server.password), sourceContext).act?.(ALL, never)
    }

    test('page by page, except for later ones', async () => {
      const server = await start()
      server.setUnread(1_100)
      server.limits.query = 3
      // One arrives before each response; the first page is the second response.
      expect(await readAll(server, (request) => request > 2 && server.setUnread(server.unread.length + 1))).toBe('done')
      expect(server.unread.length).toBeGreaterThan(300)
      expect(server.unread.at(-1)).toBe('mail1101')
    })

    test('even where the anchor of a page is read elsewhere meanwhile', async () => {
      const server = await start()
      server.setUnread(9)
      server.limits.query = 3
      expect(await readAll(server, (request) => request === 3 && server.markRead('mail7'))).toBe('done')
      expect(server.unread).toEqual([])
    })

    test('as far as the server allows, and the others are reported', async () => {
      const server = await start()
      server.setUnread(5)
      server.limits.readOnly = new Set(['mail2'])
      await expect(readAll(server)).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining('forbidden') })
      expect(server.unread).toEqual(['mail2'])
    })
  })
  const pushed = (server: FakeJmap): JmapSourceConfig => jmapConfig(server.url, server.password, { intervalMs: HOUR_MS })

  test('a change appears without a poll, also after the stream was cut', async () => {
    const server = await start()
    const { shows } = await run(pushed(server))
    await shows('me', 0)
    await until(() => server.streams.size === 1)
    server.setUnread(3)
    await shows('me', 3)
    for (const stream of server.streams) stream.destroy()
    server.setUnread(4)
    await shows('me', 4)
  })

  test('the stream resumes where it ended', async () => {
    const server = await start()
    const { shows } = await run(pushed(server))
    await shows('me', 0)
    await until(() => server.streams.size === 1)
    server.setUnread(3)
    await shows('me', 3)
    for (const stream of server.streams) stream.destroy()
    const opened = await until(() => {
      const all = server.requests.filter(({ url }) => url?.startsWith('/events'))
      return all.length === 2 ? all : null
    })
    expect(opened.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2'])
  })

  test('a refused token is no network error, and is not retried', async () => {
    const server = await start()
    const { states } = await run({ ...pushed(server), login: { token: new Secret({ value: 'hidden' }) } })
    const stopped = await until(() => states.find(({ phase }) => phase === 'stopped'))
    expect(stopped).toMatchObject({ error: { code: 'auth' } })
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer hidden'])
    expect(JSON.stringify(states)).not.toContain('hidden')
  })

  test('an expired token is read again from its file, without a delay', async () => {
    const server = await start()
    const folder = await temporaryFolder()
    onTestFinished(folder.remove)
    const file = join(folder.path, 'token')
    await writeFile(file, 'first')
    server.bearers.add('first')
    const { shows, states, collector } = await run({ ...pushed(server), login: { token: new Secret({ file }) } })
    await shows('me', 0)
    server.bearers.delete('first')
    server.bearers.add('second')
    await writeFile(file, 'second')
    server.setUnread(2)
    collector.kick()
    await shows('me', 2)
    expect(states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  })

  const LIMIT = JSON.stringify({ type: 'urn:ietf:params:jmap:error:limit', limit: 'maxConcurrentRequests' })

  test.each([
    ['any response', () => true, 503, { 'Retry-After': '7' }, '', 7_000],
    [
      'a JMAP error',
      (url?: string) => url === '/api',
      429,
      { 'Retry-After': '9', 'Content-Type': 'application/problem+json' },
      LIMIT,
      9_000,
    ],
  ])('Retry-After of %s is respected', async (_, matches, status, headers, body, retryInMs) => {
    const server = await start()
    server.intercept = ({ url }, response) => {
      if (!matches(url)) return false
      response.writeHead(status, headers).end(body)
      return true
    }
    const { states } = await run(pushed(server))
    const waiting = await until(() => states.find((state) => state.phase === 'waiting'))
    expect(waiting).toMatchObject({ error: { code: 'rate' }, retryInMs })
  })

  test('circular redirects end', async () => {
    const server = await start()
    server.intercept = (_, response) => {
      response.writeHead(302, { Location: '/again' }).end()
      return true
    }
    const { states } = await run(pushed(server))
    const waiting = await until(() => states.find((state) => state.phase === 'waiting'))
    expect(waiting).toMatchObject({ error: { code: 'protocol', message: expect.stringContaining('redirects more than') } })
  })

  test('where the server cannot calculate changes, all mailboxes are read', async () => {
    const server = await start()
    const { shows } = await run(pushed(server))
    await shows('me', 0)
    await until(() => server.streams.size === 1)
    let refused = 0
    server.intercept = (request, response) => {
      if (request.url !== '/api' || refused > 0) return false
      refused += 1
      const error = ['error', { type: 'cannotCalculateChanges' }, 'changes']
      response.end(JSON.stringify({ methodResponses: [error], sessionState: '0' }))
      return true
    }
    server.setUnread(3)
    await shows('me', 3)
    expect(refused).toBe(1)
  })

  test('the password follows no redirect to an unprotected address', async () => {
    const server = await start()
    server.intercept = (_, response) => {
      response.writeHead(302, { Location: 'http://mail.example.org/session' }).end()
      return true
    }
    const { states } = await run(pushed(server))
    expect(await until(() => states.find((state) => state.phase === 'waiting'))).toMatchObject({ error: { code: 'protocol' } })
  })

  const api = (body: unknown): NonNullable<FakeJmap['intercept']> => {
    return (request, response) => {
      if (request.url !== '/api') return false
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
      return true
    }
  }
  const answering = (...methodResponses: unknown[]): object => ({ methodResponses, sessionState: '0' })
  test.each([
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['another shape', { methodResponses: [['Mailbox/get', {}]] }],
    ['no answers', answering()],
    [
      'a negative count',
      answering(['Mailbox/get', { state: '1', list: [{ id: 'inbox', name: 'x', role: 'inbox', unreadEmails: -1 }] }, 'all']),
    ],
    ['a count that is text', answering(['Mailbox/get', { state: '1', list: [{ id: 'inbox', role: 'inbox', unreadEmails: '5' }] }, 'all'])],
    ['a refusal', answering(['error', { type: 'invalidArguments', description: '\u202eno\u0000' }, 'all'])],
    ['a deep nest', `${'['.repeat(100_000)}`],
    ['too much', `"${'x'.repeat(17 * 1024 * 1024)}"`],
  ])('%s causes neither a count nor a crash', async (_, body) => {
    const server = await start()
    server.intercept = api(body)
    const { board, states } = await run(pushed(server))
    const waiting = await until(() => states.find((state) => state.phase === 'waiting'))
    expect(waiting.error.code).toBe('protocol')
    expect(board.get('me')?.counts).toBeNull()
    // oxlint-disable-next-line no-control-regex
    expect(waiting.error.message).not.toMatch(/[\u0000-\u001f\u202e]/)
  })

  test('a stream with an endless line is closed, and polling continues', async () => {
    const server = await start()
    server.intercept = (request, response) => {
      if (!request.url?.startsWith('/events')) return false
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.end(`data: ${'x'.repeat(1024 * 1024)}`)
      return true
    }
    const { shows, collector } = await run(pushed(server))
    await shows('me', 0)
    server.setUnread(2)
    collector.kick()
    await shows('me', 2)
  })
})
