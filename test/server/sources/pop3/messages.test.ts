/** New messages on a fake POP3 server, and actions on them. */
import { describe, expect, test } from 'vitest'
import { createPop3Source } from '../../../../server/sources/pop3/source.ts'
import { pop3Config } from '../../../helpers/sources/pop3.ts'
import { runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'
import { useFakePop3, latestOf, header } from './use-fake-pop3.ts'

const { pop3, start } = useFakePop3()

describe('a new message', () => {
  test('is what arrives after the very first poll', async () => {
    pop3.server.messages = new Map([
      ['a', header('old')],
      ['b', header('old')],
    ])
    const sources = await start({ webUrl: 'https://mail.example.org/' })
    await sources.shows('me', 0)
    expect(sources.board.get('me')?.counts).toMatchObject({
      unread: 0,
      total: 2,
      latest: [],
      actions: ['read', 'delete'],
      url: 'https://mail.example.org/',
    })
    pop3.server.messages.set('c', header('new'))
    await sources.shows('me', 1)
    expect(latestOf(sources)).toEqual([{ id: 'c', from: 'Kim <kim@example.org>', subject: 'new', date: undefined }])
  })

  test('remains new over a restart, until it is fetched', async () => {
    await (await start()).shows('me', 0)
    pop3.server.messages.set('a', header('A')).set('b', header('B'))
    await pop3.running?.shows('me', 2)
    const again = await start()
    await again.shows('me', 2)
    pop3.server.messages.delete('a')
    await again.shows('me', 1)
  })

  test('does not become new again after the server showed an empty maildrop in error', async () => {
    pop3.server.messages.set('a', header('A')).set('b', header('B'))
    const sources = await start()
    await sources.shows('me', 0)
    const { messages } = pop3.server
    pop3.server.messages = new Map()
    await until(() => sources.board.get('me')?.counts?.total === 0)
    pop3.server.messages = messages
    await until(() => sources.board.get('me')?.counts?.total === 2)
    expect(sources.board.get('me')?.counts?.unread).toBe(0)
  })

  test('belongs to another maildrop', async () => {
    pop3.server.messages.set('a', header('A'))
    await (await start()).shows('me', 0)
    pop3.server.messages.set('b', header('B'))
    await pop3.running?.shows('me', 1)
    await (await start({ user: 'another user' })).shows('me', 0)
    await (await start()).shows('me', 1)
  })
})

describe('an action on a message', () => {
  const act = (action: 'read' | 'delete' | 'archive', message: string) => pop3.running?.collector.act({ account: 'me', message, action })

  test('marks it as read here, and remembers that', async () => {
    await (await start()).shows('me', 0)
    pop3.server.messages.set('a', header('A')).set('b', header('B'))
    await pop3.running?.shows('me', 2)
    expect(await act('read', 'a')).toEqual({ kind: 'done' })
    await pop3.running?.shows('me', 1)
    expect(pop3.running && latestOf(pop3.running)?.map(({ id }) => id)).toEqual(['b'])
    expect(await act('read', 'a')).toEqual({ kind: 'done' })
    expect(await act('read', 'c')).toEqual({ kind: 'gone' })
    await (await start()).shows('me', 1)
    expect(pop3.server.commands.some((command) => command.startsWith('DELE'))).toBe(false)
  })

  test('marks all reported messages read without contacting the server, and remembers that', async () => {
    const readAll = () => pop3.running?.collector.act({ account: 'me', action: 'read-all' })
    await (await start({ intervalMs: 3_600_000 })).shows('me', 0)
    pop3.server.messages.set('a', header('A')).set('b', header('B'))
    pop3.running?.collector.kick()
    await pop3.running?.shows('me', 2)
    // There was no poll since it arrived.
    pop3.server.messages.set('c', header('C'))
    expect(await readAll()).toEqual({ kind: 'done' })
    await pop3.running?.shows('me', 1)
    expect(pop3.running && latestOf(pop3.running)?.map(({ id }) => id)).toEqual(['c'])
    await (await start()).shows('me', 1)
  })

  test('deletes it on the server', async () => {
    await (await start()).shows('me', 0)
    pop3.server.messages.set('a', header('A')).set('b', header('B'))
    await pop3.running?.shows('me', 2)
    expect(await act('delete', 'a')).toEqual({ kind: 'done' })
    expect([...pop3.server.messages.keys()]).toEqual(['b'])
    await pop3.running?.shows('me', 1)
    expect(await act('delete', 'a')).toEqual({ kind: 'gone' })
  })

  test.each(['read', 'delete'] as const)('%s before the very first poll makes nothing new', async (action) => {
    pop3.server.messages.set('a', header('A')).set('b', header('B')).set('c', header('C'))
    const source = createPop3Source(pop3Config(pop3.server, pop3.data.path, { intervalMs: 20 }), sourceContext)
    expect(await source.act?.({ account: 'me', message: 'a', action }, new AbortController().signal)).toBe('done')
    pop3.running = await runSources([source])
    await pop3.running.shows('me', 0)
  })

  test('marking all read before the very first poll makes nothing new', async () => {
    pop3.server.messages.set('a', header('A')).set('b', header('B'))
    const source = createPop3Source(pop3Config(pop3.server, pop3.data.path, { intervalMs: 20 }), sourceContext)
    expect(await source.act?.({ account: 'me', action: 'read-all' }, new AbortController().signal)).toBe('done')
    pop3.running = await runSources([source])
    await pop3.running.shows('me', 0)
  })

  test('refuses where the server does, and where there is no archive', async () => {
    await (await start({ intervalMs: 3_600_000 })).shows('me', 0)
    pop3.server.messages.set('a', header('A'))
    let isGoodbyeRefused = true
    pop3.server.answer = (command) => (command === 'QUIT' && isGoodbyeRefused ? '-ERR some deleted messages not removed' : undefined)
    expect(await act('delete', 'a')).toMatchObject({
      kind: 'failed',
      error: { code: 'protocol', message: expect.stringContaining('not removed') },
    })
    isGoodbyeRefused = false
    expect(await act('archive', 'a')).toMatchObject({ kind: 'failed', error: { message: expect.stringContaining('has no archive') } })
  })

  test('is reported at once, also where the server requires a pause', async () => {
    pop3.server.capabilities = ['LOGIN-DELAY 3600']
    await (await start()).shows('me', 0)
    await pop3.running?.close()
    pop3.server.messages.set('a', header('A'))
    await (await start()).shows('me', 1)
    const logins = (): number => pop3.server.commands.filter((command) => command.startsWith('PASS')).length
    const before = logins()
    expect(await act('read', 'a')).toEqual({ kind: 'done' })
    await pop3.running?.shows('me', 0)
    pop3.running?.collector.kick()
    expect(logins()).toBe(before)
  })
})
