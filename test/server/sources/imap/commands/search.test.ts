/** Answers to SEARCH that are refused, incomplete or wrong: the number is right all the same, or is not shown as `ok`. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import { TIMES } from '../../../../../server/sources/imap/connection/times.ts'
import { type FakeAccount, type FakeAccountOptions, type FakeSession, startFakeAccount } from '../../../../helpers/imap/fake-account.ts'
import type { FakeCommand } from '../../../../helpers/imap/fake-imap.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'
import { type RunningSources, runSources } from '../../../../helpers/sources/sources.ts'
import { until } from '../../../../helpers/until.ts'

const HOUR_MS = 3_600_000

async function running(server: FakeAccountOptions): Promise<RunningSources & { readonly fake: FakeAccount }> {
  const fake = await startFakeAccount(server)
  const config = imapConfig({ port: fake.port, password: 'secret' }, { intervalMs: HOUR_MS })
  const sources = await runSources([createImapSource(config, sourceContext, { ...TIMES, followUps: [] })])
  onTestFinished(fake.close)
  onTestFinished(sources.close)
  return { ...sources, fake }
}

/** The lines before OK, or a refusal of the command. */
type Answer = (request: { readonly tag: string; readonly args: string }, session: FakeSession) => readonly string[] | string

const answering =
  (answer: Answer) =>
  ({ tag, args, send }: FakeCommand, session: FakeSession): void => {
    const lines = answer({ tag, args }, session)
    if (typeof lines === 'string') send(`${tag} ${lines}`)
    else send(...lines, `${tag} OK done`)
  }

const isExtended = (args: string): boolean => args.startsWith('RETURN')
/** A server that fails only at the extended form. */
const extended =
  (answer: (tag: string) => readonly string[] | string): Answer =>
  ({ tag, args }) =>
    isExtended(args) ? answer(tag) : ['* SEARCH 5 7']
/** A server that answers only STATUS. */
const always =
  (answer: readonly string[] | string): Answer =>
  () =>
    answer
const searchesOf = ({ lines }: FakeAccount): readonly string[] =>
  lines.filter((line) => line.startsWith('UID SEARCH')).map((line) => line.slice('UID SEARCH '.length))

/** In each case, two of three messages are unread. */
test.each<[string, Answer]>([
  ['refuses RETURN with BAD', extended(() => 'BAD unknown search key')],
  ['refuses RETURN with NO', extended(() => 'NO not implemented')],
  ['refuses RETURN for its charset', extended(() => 'NO [BADCHARSET (US-ASCII)] no')],
  ['answers RETURN with nothing', extended(() => [])],
  ['answers an empty ESEARCH', extended((tag) => [`* ESEARCH (TAG "${tag}") UID`])],
  ['answers an ESEARCH without anything', extended(() => ['* ESEARCH'])],
  ['omits the COUNT', extended((tag) => [`* ESEARCH (TAG "${tag}") UID ALL 5`])],
  ['answers COUNT without a number', extended((tag) => [`* ESEARCH (TAG "${tag}") UID COUNT NIL`])],
  ['omits the list', extended((tag) => [`* ESEARCH (TAG "${tag}") UID COUNT 3`])],
  ['answers another command', extended(() => ['* ESEARCH (TAG "ZZZ") UID COUNT 0'])],
  ['answers no command', extended(() => ['* ESEARCH UID COUNT 0'])],
  ['answers another command too', extended((tag) => [`* ESEARCH (TAG "${tag}") UID COUNT 2 ALL 5,7`, '* ESEARCH (TAG "ZZZ") UID COUNT 0'])],
  ['answers twice', extended((tag) => [`* ESEARCH (TAG "${tag}") UID COUNT 0`, `* ESEARCH (TAG "${tag}") UID COUNT 1 ALL 5`])],
  ['counts more than it lists', extended((tag) => [`* ESEARCH (TAG "${tag}") UID COUNT 3 ALL 5,7`])],
  ['counts none and lists some', extended((tag) => [`* ESEARCH (TAG "${tag}") UID COUNT 0 ALL 5`])],
  ['lists `*`', extended((tag) => [`* ESEARCH (TAG "${tag}") UID COUNT 3 ALL 5:*`])],
  ['lists a reversed range', extended((tag) => [`* ESEARCH (TAG "${tag}") UID COUNT 2 ALL 7:6`])],
  ['lists an impossible UID', extended((tag) => [`* ESEARCH (TAG "${tag}") UID COUNT 1 ALL 0`])],
  ['lists sequence numbers', extended((tag) => [`* ESEARCH (TAG "${tag}") COUNT 1 ALL 2`])],
  ['counts more than EXISTS', extended((tag) => [`* ESEARCH (TAG "${tag}") UID COUNT 4 ALL 1:4`])],
  ['answers RETURN with a plain list', extended(() => ['* SEARCH 5 7'])],
  ['answers a plain SEARCH with ESEARCH', ({ tag, args }) => (isExtended(args) ? 'BAD no' : [`* ESEARCH (TAG "${tag}") UID ALL 5,7`])],
  ['spreads a plain list over lines', ({ args }) => (isExtended(args) ? 'NO no' : ['* SEARCH 7', '* SEARCH 5', '* SEARCH'])],
  ['repeats messages', ({ args }) => (isExtended(args) ? 'NO no' : ['* SEARCH 7 5 7'])],
  ['adds MODSEQ', ({ args }) => (isExtended(args) ? 'NO no' : ['* SEARCH 7 5 (MODSEQ 917162500)'])],
  ['refuses UNSEEN', ({ args }) => (args === 'NOT SEEN' ? ['* SEARCH 5 7'] : 'BAD unknown')],
  ['answers UNSEEN with nothing', ({ args }) => (args === 'NOT SEEN' ? ['* SEARCH 5 7'] : [])],
  ['refuses to search', always('NO not today')],
  ['refuses to search with BAD', always('BAD not today')],
  ['has no time to search', always('NO [UNAVAILABLE] not now')],
  ['never answers with a list', always([])],
  ['lists what is no UID', always(['* SEARCH 0 -1 NIL'])],
  ['lists more than EXISTS', always(['* SEARCH 1 2 3 4 5 6 7 8'])],
])('a server that %s is counted', async (_, answer) => {
  const { shows, states } = await running({ overrides: { 'UID SEARCH': answering(answer) } })
  await shows('me', 2)
  expect(states.filter(({ phase }) => phase === 'waiting')).toEqual([])
})

test('a list of 11 MB, in several lines, is read at the first search', async () => {
  const line = `* SEARCH ${'0000005 '.repeat(700_000)}7`
  const { fake, shows } = await running({ overrides: { 'UID SEARCH': answering(always([line, line])) } })
  await shows('me', 2)
  expect(searchesOf(fake)).toHaveLength(1)
})

describe('no unread message', () => {
  const none = { INBOX: { unread: 0, total: 3 } }

  test.each<[string, string[], Answer]>([
    ['COUNT 0', [], ({ tag }) => [`* ESEARCH (TAG "${tag}") UID COUNT 0`]],
    ['an empty list', [], ({ args }) => (isExtended(args) ? 'BAD no' : ['* SEARCH'])],
    ['STATUS, where there is no list', ['STATUS'], always([])],
  ])('is believed when the server says so by %s', async (_, asked, answer) => {
    const { fake, shows } = await running({ folders: none, overrides: { 'UID SEARCH': answering(answer) } })
    await shows('me', 0)
    expect(fake.commands.filter((command) => command === 'STATUS')).toEqual(asked)
  })

  test('is not believed where no answer says so', async () => {
    const { board, states } = await running({
      overrides: { 'UID SEARCH': answering(always([])), STATUS: ({ send, tag }) => send(`${tag} NO not today`) },
    })
    await until(() => states.some(({ phase }) => phase === 'waiting'))
    expect(board.get('me')?.counts ?? null).toBeNull()
  })
})

test('the form that works is remembered for later connections', async () => {
  const { fake, shows } = await running({ overrides: { 'UID SEARCH': answering(extended(() => 'BAD no')) } })
  await shows('me', 2)
  const session = await until(() => [...fake.sessions].find(({ idling }) => idling))
  fake.set('INBOX', { unread: 2, total: 4 })
  session.socket.end('* BYE bye\r\n')
  await until(() => searchesOf(fake).length === 3)
  expect(searchesOf(fake)).toEqual(['RETURN (COUNT ALL) UNSEEN', 'UNSEEN', 'UNSEEN'])
})

describe('IMAP4rev2', () => {
  const rev2 = (answer: Answer): FakeAccountOptions => {
    const enabled = new Set<FakeSession>()
    return {
      capabilities: 'IMAP4rev2 ENABLE ESEARCH IDLE',
      overrides: {
        ENABLE({ send, tag, args }, session) {
          if (args.includes('REV2')) enabled.add(session)
          send(`* ENABLED ${args}`, `${tag} OK done`)
        },
        'UID SEARCH'(request, session) {
          const lines: Answer = ({ tag }) => [`* ESEARCH (TAG "${tag}") UID COUNT 2 ALL 5,7`]
          answering(enabled.has(session) ? answer : lines)(request, session)
        },
      },
    }
  }

  test.each<[string, Answer]>([
    ['loses each result', ({ tag }) => [`* ESEARCH (TAG "${tag}") UID`]],
    ['answers nothing', always([])],
    ['refuses to search', always('BAD no')],
  ])('is not enabled again where the server then %s', async (_, answer) => {
    const { board, fake, shows, states } = await running(rev2(answer))
    await shows('me', 2)
    expect(board.get('me')?.status).toBe('ok')
    expect(searchesOf(fake)).toHaveLength(2)
    expect(states.filter(({ phase }) => phase === 'waiting')).toEqual([])
    const session = await until(() => [...fake.sessions].find(({ idling }) => idling))
    session.socket.end('* BYE bye\r\n')
    await until(() => searchesOf(fake).length === 3)
    expect(fake.lines.filter((line) => line.startsWith('ENABLE'))).toEqual(['ENABLE IMAP4REV2'])
  })

  test('stays enabled where the server searches', async () => {
    const { fake, shows } = await running(rev2(({ tag }) => [`* ESEARCH (TAG "${tag}") UID COUNT 2 ALL 5,7`]))
    await shows('me', 2)
    expect(fake.lines.filter((line) => line.startsWith('LOGIN') || line.startsWith('AUTHENTICATE'))).toHaveLength(1)
  })
})
