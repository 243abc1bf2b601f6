/** What fake POP3 servers make of UIDL and TOP. */
import { describe, expect, test } from 'vitest'
import { until } from '../../../helpers/until.ts'
import { useFakePop3, errorOf, latestOf, header } from './use-fake-pop3.ts'

const { pop3, start } = useFakePop3()

describe('a server that', () => {
  test.each([
    ['refuses UIDL', '-ERR no messages'],
    ['lists nothing and no end', '+OK'],
  ])('%s while the maildrop is empty has 0 messages', async (_, answer) => {
    pop3.server.answer = (command) => (command === 'UIDL' && pop3.server.messages.size === 0 ? answer : undefined)
    const sources = await start({}, 50)
    await sources.shows('me', 0)
    pop3.server.messages.set('a', header('A'))
    await sources.shows('me', 1)
    pop3.server.messages.delete('a')
    await sources.shows('me', 0)
    expect(sources.states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  })

  test('lists its messages without an end is counted after a silence, if STAT agrees', async () => {
    pop3.server.messages.set('a', header('A'))
    let count = 2
    pop3.server.answer = (command) => {
      if (command === 'STAT') return `+OK ${count} 99`
      return command === 'UIDL'
        ? ['+OK', ...Array.from(pop3.server.messages.keys(), (uid, at) => `${at + 1} ${uid}`)].join('\r\n')
        : undefined
    }
    const sources = await start({}, 50)
    expect(await errorOf(sources)).toMatchObject({ code: 'network', message: expect.stringContaining('stopped answering') })
    count = 1
    sources.collector.kick()
    await sources.shows('me', 0)
  })

  test('has no UIDL says so, once', async () => {
    pop3.server.messages.set('a', header('A'))
    pop3.server.answer = (command) => (command === 'UIDL' ? '-ERR unknown command' : undefined)
    expect(await errorOf(await start())).toMatchObject({ code: 'config', retryInMs: null, message: expect.stringContaining('has no UIDL') })
  })

  test('lists nothing beside messages in STAT is not believed', async () => {
    await (await start()).shows('me', 0)
    pop3.server.messages.set('a', header('A'))
    await pop3.running?.shows('me', 1)
    pop3.server.answer = (command) => (command === 'UIDL' ? '+OK\r\n.' : undefined)
    await until(() => pop3.running?.board.get('me')?.status === 'stale')
    expect(pop3.running?.board.get('me')?.counts?.unread).toBe(1)
  })

  test('gives a message no id is counted by the header of that message, which can be marked and deleted', async () => {
    pop3.server.messages.set('a', header('A')).set('b', header('B'))
    pop3.server.answer = (command) =>
      command === 'UIDL'
        ? ['+OK', ...Array.from(pop3.server.messages.keys(), (uid, at) => (uid === 'a' ? `${at + 1} a` : `${at + 1}`)), '.'].join('\r\n')
        : undefined
    await (await start()).shows('me', 0)
    pop3.server.messages.set('c', header('C')).set('d', header('D'))
    await pop3.running?.shows('me', 2)
    expect(pop3.running?.board.get('me')?.counts?.total).toBe(4)
    const [first, second] = (pop3.running && latestOf(pop3.running)) ?? []
    expect([first?.subject, second?.subject]).toEqual(['D', 'C'])
    expect(await pop3.running?.collector.act({ account: 'me', message: first?.id ?? '', action: 'delete' })).toEqual({ kind: 'done' })
    expect([...pop3.server.messages.keys()]).toEqual(['a', 'b', 'c'])
    expect(await pop3.running?.collector.act({ account: 'me', message: second?.id ?? '', action: 'read' })).toEqual({ kind: 'done' })
    await (await start()).shows('me', 0)
  })

  test('gives a message neither id nor header is stale, and names what is missing', async () => {
    pop3.server.messages.set('a', header('A')).set('b', header('B'))
    pop3.server.answer = (command) => {
      if (command === 'UIDL') return '+OK\r\n1 a\r\n2\r\n.'
      return command.startsWith('TOP') ? '-ERR unknown command' : undefined
    }
    const { board } = await start()
    await until(() => board.get('me')?.status === 'stale')
    expect(board.get('me')?.counts).toMatchObject({ unread: 0, total: 2, notices: [expect.stringContaining('1 message without an id')] })
  })

  test('lists a message without its number is stale, and counts the others', async () => {
    pop3.server.messages.set('a', header('A'))
    let more = ''
    pop3.server.answer = (command) => (command === 'UIDL' ? `+OK\r\n1 a\r\n${more}.` : undefined)
    const { board, shows } = await start()
    await shows('me', 0)
    pop3.server.messages.set('b', header('B'))
    more = '2 b\r\nabc def\r\n'
    await until(() => board.get('me')?.status === 'stale')
    expect(board.get('me')?.counts).toMatchObject({ unread: 1, total: 3, notices: [expect.stringContaining('1 message without an id')] })
  })

  test('lists no message with its number is no POP3 server', async () => {
    pop3.server.messages.set('a', header('A'))
    pop3.server.answer = (command) => (command === 'UIDL' ? '+OK\r\nabc def\r\n.' : undefined)
    expect(await errorOf(await start())).toMatchObject({ code: 'protocol', message: expect.stringContaining('not POP3') })
  })

  test('gives two messages the same id has two, and a further one is new', async () => {
    pop3.server.messages.set('a', header('A')).set('b', header('B'))
    pop3.server.answer = (command) =>
      command === 'UIDL' ? ['+OK', ...Array.from(pop3.server.messages.keys(), (_, at) => `${at + 1} same`), '.'].join('\r\n') : undefined
    await (await start()).shows('me', 0)
    pop3.server.messages.set('c', header('C'))
    await pop3.running?.shows('me', 1)
    const [first] = (pop3.running && latestOf(pop3.running)) ?? []
    expect(first?.subject).toBe('C')
    expect(await pop3.running?.collector.act({ account: 'me', message: first?.id ?? '', action: 'delete' })).toEqual({ kind: 'done' })
    expect([...pop3.server.messages.keys()]).toEqual(['a', 'b'])
  })

  test('sends the whole message for its header is read up to the header, however long the message', async () => {
    await (await start()).shows('me', 0)
    pop3.server.messages
      .set('a', `${header('A')}\r\n\r\nSubject: not this\r\n`)
      .set('b', `${header('B')}\r\n\r\n${'x'.repeat(70)}${'\r\ntext'.repeat(200_000)}`)
    await until(() => pop3.running && latestOf(pop3.running)?.length === 2)
    expect(pop3.running && latestOf(pop3.running)?.map(({ subject }) => subject)).toEqual(['B', 'A'])
  })
})
