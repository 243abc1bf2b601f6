/** What fake POP3 servers make of UIDL and TOP, polled through the real collector. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPop3Source } from '../../../../server/sources/pop3/source.ts'
import { type FakePop3, startFakePop3 } from '../../../helpers/sources/fake-pop3.ts'
import { pop3Config } from '../../../helpers/sources/pop3.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

let server: FakePop3
let data: TemporaryFolder
let running: RunningSources | null = null

beforeEach(async () => {
  server = await startFakePop3()
  data = await temporaryFolder()
})
afterEach(async () => {
  await running?.close()
  running = null
  await server.close()
  await data.remove()
})

async function start(replyMs?: number): Promise<RunningSources> {
  await running?.close()
  running = await runSources([createPop3Source(pop3Config(server, data.path, { intervalMs: 20 }), sourceContext, replyMs)])
  return running
}

const errorOf = ({ states }: RunningSources) =>
  until(() => {
    const state = states.find(({ phase }) => phase === 'waiting' || phase === 'stopped')
    return state && 'error' in state ? { ...state.error, retryInMs: 'retryInMs' in state ? state.retryInMs : null } : null
  })

const latestOf = ({ board }: RunningSources) => board.get('me')?.counts?.latest
const header = (subject: string): string => `From: Kim <kim@example.org>\r\nSubject: ${subject}`

describe('a server that', () => {
  test.each([
    ['refuses UIDL', '-ERR no messages'],
    ['lists nothing and no end', '+OK'],
  ])('%s while the maildrop is empty has 0 messages', async (_, answer) => {
    server.answer = (command) => (command === 'UIDL' && server.messages.size === 0 ? answer : undefined)
    const sources = await start(50)
    await sources.shows('me', 0)
    server.messages.set('a', header('A'))
    await sources.shows('me', 1)
    server.messages.delete('a')
    await sources.shows('me', 0)
    expect(sources.states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  })

  test('lists its messages without an end is counted after a silence, if STAT agrees', async () => {
    server.messages.set('a', header('A'))
    let count = 2
    server.answer = (command) => {
      if (command === 'STAT') return `+OK ${count} 99`
      return command === 'UIDL' ? ['+OK', ...Array.from(server.messages.keys(), (uid, at) => `${at + 1} ${uid}`)].join('\r\n') : undefined
    }
    const sources = await start(50)
    expect(await errorOf(sources)).toMatchObject({ code: 'network', message: expect.stringContaining('stopped answering') })
    count = 1
    sources.collector.kick()
    await sources.shows('me', 0)
  })

  test('has no UIDL says so, once', async () => {
    server.messages.set('a', header('A'))
    server.answer = (command) => (command === 'UIDL' ? '-ERR unknown command' : undefined)
    expect(await errorOf(await start())).toMatchObject({ code: 'config', retryInMs: null, message: expect.stringContaining('has no UIDL') })
  })

  test('lists nothing beside messages in STAT is not believed', async () => {
    await (await start()).shows('me', 0)
    server.messages.set('a', header('A'))
    await running?.shows('me', 1)
    server.answer = (command) => (command === 'UIDL' ? '+OK\r\n.' : undefined)
    await until(() => running?.board.get('me')?.status === 'stale')
    expect(running?.board.get('me')?.counts?.unread).toBe(1)
  })

  test('gives a message no id is counted by the header of that message, which can be marked and deleted', async () => {
    server.messages.set('a', header('A')).set('b', header('B'))
    server.answer = (command) =>
      command === 'UIDL'
        ? ['+OK', ...Array.from(server.messages.keys(), (uid, at) => (uid === 'a' ? `${at + 1} a` : `${at + 1}`)), '.'].join('\r\n')
        : undefined
    await (await start()).shows('me', 0)
    server.messages.set('c', header('C')).set('d', header('D'))
    await running?.shows('me', 2)
    expect(running?.board.get('me')?.counts?.total).toBe(4)
    const [first, second] = (running && latestOf(running)) ?? []
    expect([first?.subject, second?.subject]).toEqual(['D', 'C'])
    expect(await running?.collector.act({ account: 'me', message: first?.id ?? '', action: 'delete' })).toEqual({ kind: 'done' })
    expect([...server.messages.keys()]).toEqual(['a', 'b', 'c'])
    expect(await running?.collector.act({ account: 'me', message: second?.id ?? '', action: 'read' })).toEqual({ kind: 'done' })
    await (await start()).shows('me', 0)
  })

  test('gives a message neither id nor header is stale, and names what is missing', async () => {
    server.messages.set('a', header('A')).set('b', header('B'))
    server.answer = (command) => {
      if (command === 'UIDL') return '+OK\r\n1 a\r\n2\r\n.'
      return command.startsWith('TOP') ? '-ERR unknown command' : undefined
    }
    const { board } = await start()
    await until(() => board.get('me')?.status === 'stale')
    expect(board.get('me')?.counts).toMatchObject({ unread: 0, total: 2, notices: [expect.stringContaining('1 message without an id')] })
  })

  test('lists a message without its number is stale, and counts the others', async () => {
    server.messages.set('a', header('A'))
    let more = ''
    server.answer = (command) => (command === 'UIDL' ? `+OK\r\n1 a\r\n${more}.` : undefined)
    const { board, shows } = await start()
    await shows('me', 0)
    server.messages.set('b', header('B'))
    more = '2 b\r\nabc def\r\n'
    await until(() => board.get('me')?.status === 'stale')
    expect(board.get('me')?.counts).toMatchObject({ unread: 1, total: 3, notices: [expect.stringContaining('1 message without an id')] })
  })

  test('lists no message with its number is no POP3 server', async () => {
    server.messages.set('a', header('A'))
    server.answer = (command) => (command === 'UIDL' ? '+OK\r\nabc def\r\n.' : undefined)
    expect(await errorOf(await start())).toMatchObject({ code: 'protocol', message: expect.stringContaining('not POP3') })
  })

  test('gives two messages the same id has two, and a further one is new', async () => {
    server.messages.set('a', header('A')).set('b', header('B'))
    server.answer = (command) =>
      command === 'UIDL' ? ['+OK', ...Array.from(server.messages.keys(), (_, at) => `${at + 1} same`), '.'].join('\r\n') : undefined
    await (await start()).shows('me', 0)
    server.messages.set('c', header('C'))
    await running?.shows('me', 1)
    const [first] = (running && latestOf(running)) ?? []
    expect(first?.subject).toBe('C')
    expect(await running?.collector.act({ account: 'me', message: first?.id ?? '', action: 'delete' })).toEqual({ kind: 'done' })
    expect([...server.messages.keys()]).toEqual(['a', 'b'])
  })

  test('sends the whole message for its header is read up to the header, however long the message', async () => {
    await (await start()).shows('me', 0)
    server.messages
      .set('a', `${header('A')}\r\n\r\nSubject: not this\r\n`)
      .set('b', `${header('B')}\r\n\r\n${'x'.repeat(70)}${'\r\ntext'.repeat(200_000)}`)
    await until(() => running && latestOf(running)?.length === 2)
    expect(running && latestOf(running)?.map(({ subject }) => subject)).toEqual(['B', 'A'])
  })
})
