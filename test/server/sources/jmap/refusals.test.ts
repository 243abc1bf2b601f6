/** Servers that lack a part of JMAP, or answer a part of it wrongly. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JmapSourceConfig } from '../../../../server/sources/jmap/config.ts'
import { createJmapSource } from '../../../../server/sources/jmap/source.ts'
import { jmapConfig } from '../../../helpers/sources/jmap.ts'
import { type Args, type JmapMailboxes, startJmapMailboxes } from '../../../helpers/sources/jmap-mailboxes.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'
import { runSources, type RunningSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'

let server: JmapMailboxes
let running: RunningSources | null = null
beforeEach(async () => {
  server = await startJmapMailboxes()
  server.mailboxes.set('lists', {}).set('other', {})
  server.emails = [
    { id: 'e1', mailboxes: ['inbox'], minute: 1 },
    { id: 'e2', mailboxes: ['inbox', 'lists'], minute: 2, threadId: 't' },
    { id: 'e3', mailboxes: ['lists'], minute: 3, threadId: 't' },
    { id: 'seen', mailboxes: ['inbox'], keywords: ['$seen'], minute: 4 },
    { id: 'draft', mailboxes: ['inbox'], keywords: ['$draft'], minute: 5 },
    { id: 'elsewhere', mailboxes: ['other'], minute: 6 },
  ]
})
afterEach(async () => {
  await running?.close()
  running = null
  await server.stop()
})

const INBOX = ['\\Inbox']
const BOTH = ['\\Inbox', 'lists']

async function run(change: Partial<JmapSourceConfig> = {}): Promise<RunningSources> {
  running = await runSources([createJmapSource(jmapConfig(server.url, 'x', { intervalMs: 30, ...change }), sourceContext)])
  return running
}
const account = () => running?.board.get('me')
const latest = () => account()?.counts?.latest?.map(({ id }) => id)
const queries = () => server.calls.filter(([name]) => name === 'Email/query')

/** Refuses some queries with an error of this type. */
function refuse(type: string, isRefused: (args: Args) => boolean): void {
  server.answer = (name, args) => (name === 'Email/query' && isRefused(args) ? type : null)
}

const hasOperator = ({ filter }: Args): boolean => 'operator' in (filter as Args)
const hasKeyword = ({ filter }: Args): boolean => JSON.stringify(filter).includes('Keyword')
const isNested = ({ filter }: Args): boolean => /"conditions":.*"conditions":/.test(JSON.stringify(filter))

describe.each([
  ['an older James: no operator', 'unsupportedFilter', hasOperator],
  ['James: no nested operator, no total and no anchor', 'unsupportedFilter', isNested],
  ['no keywords', 'unsupportedFilter', hasKeyword],
  ['no keywords, as serverFail', 'serverFail', hasKeyword],
  ['no keywords, as invalidArguments', 'invalidArguments', hasKeyword],
  ['no joint query, as too large', 'requestTooLarge', isNested],
  ['no total', 'invalidArguments', (args: Args) => 'calculateTotal' in args],
  ['no sort', 'unsupportedSort', (args: Args) => 'sort' in args],
  ['no sort, as invalidArguments', 'invalidArguments', (args: Args) => 'sort' in args],
  ['neither sort nor operators', 'unsupportedFilter', (args: Args) => 'sort' in args || hasOperator(args)],
])('%s', (what, type, isRefused) => {
  const isRefusing = (args: Args): boolean => isRefused(args) || (what.startsWith('James') && 'anchor' in args)
  beforeEach(() => {
    refuse(type, isRefusing)
    if (what.includes('neither'))
      server.answer = (name, args) =>
        name === 'Email/query' ? ('sort' in args ? 'unsupportedSort' : hasOperator(args) ? type : null) : null
  })

  test('counts one mailbox and shows its newest messages', async () => {
    const { shows } = await run()
    await shows('me', 2)
    expect(latest()).toEqual(['e2', 'e1'])
  })

  test('counts several, and shows the newest of all', async () => {
    const { shows } = await run({ folders: BOTH })
    await until(() => account()?.status === 'ok')
    expect(latest()).toEqual(['e3', 'e2', 'e1'])
    await shows('me', 3)
  })

  test('is not asked again for what it refused', async () => {
    await run({ folders: BOTH })
    await until(() => account()?.status === 'ok')
    const refused = (): number => queries().filter(([, args]) => isRefusing(args)).length
    const before = refused()
    const count = queries().length
    await until(() => queries().length > count + 6)
    expect(refused()).toBe(before)
  })

  test('marks all messages read', async () => {
    const source = createJmapSource(jmapConfig(server.url, 'x', { folders: BOTH }), sourceContext)
    expect(await source.act?.({ account: 'me', action: 'read-all' }, new AbortController().signal)).toBe('done')
    expect(server.seen().toSorted()).toEqual(['e1', 'e2', 'e3', 'seen'])
  })
})

describe('a server that answers no query', () => {
  test.each(['serverFail', 'serverUnavailable', 'serverPartialFail', 'unknownMethod', 'requestTooLarge', 'forbidden', 'unheardOf'])(
    'with %s, is counted by its mailboxes, without the newest messages',
    async (type) => {
      refuse(type, () => true)
      const { shows, states } = await run({ folders: BOTH })
      await shows('me', 4)
      expect(latest()).toBeUndefined()
      const asked = queries().length
      expect(asked).toBeLessThan(9)
      server.emails = [...server.emails, { id: 'e4', mailboxes: ['inbox'], minute: 9 }]
      await shows('me', 5)
      expect(queries()).toHaveLength(asked)
      expect(states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
    },
  )

  test.each([
    ['nothing', {}],
    ['ids that are no list', { ids: null }],
    ['ids that are numbers', { ids: [1] }],
  ])('but %s, is counted too', async (_, answer) => {
    server.answer = (name) => (name === 'Email/query' ? answer : null)
    const { shows } = await run()
    await shows('me', 2)
    expect(latest()).toBeUndefined()
  })

  test('but breaks down at each, is counted too', async () => {
    server.status = (calls) => (calls.some(([name]) => name === 'Email/query') ? 500 : 200)
    const { shows, states } = await run()
    await shows('me', 2)
    server.emails = server.emails.slice(1)
    await shows('me', 1)
    expect(states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  })

  test('says so where all messages are to be marked read', async () => {
    refuse('unknownMethod', () => true)
    const source = createJmapSource(jmapConfig(server.url, 'x'), sourceContext)
    await expect(source.act?.({ account: 'me', action: 'read-all' }, new AbortController().signal)).rejects.toThrow(
      /cannot list the unread messages now \(unknownMethod\); mark them read in a mail program/,
    )
  })
})

test('a server that does not describe messages is counted', async () => {
  server.answer = (name) => (name === 'Email/get' ? 'serverFail' : null)
  const { shows } = await run({ folders: BOTH })
  await shows('me', 3)
  expect(latest()).toBeUndefined()
})

test('a message that is not valid is left out', async () => {
  server.answer = (name) =>
    name === 'Email/get' ? { list: [{ id: 'e1', from: [{ name: 7 }], receivedAt: 'soon' }, { id: 7 }, null] } : null
  const { shows } = await run()
  await shows('me', 2)
  expect(account()?.counts?.latest).toMatchObject([{ id: 'e1', from: '', subject: '' }])
})

test('conversations are counted and shown where the server cannot collapse them', async () => {
  refuse('invalidArguments', (args) => 'collapseThreads' in args)
  const { shows } = await run({ folders: ['lists'], count: 'threads' })
  await shows('me', 1)
  expect(latest()).toEqual(['e3'])
})

test('a message in several mailboxes is counted once in each where there are too many to compare', async () => {
  refuse('unsupportedFilter', isNested)
  server.emails = Array.from({ length: 300 }, (_, at) => ({ id: `e${at}`, mailboxes: ['inbox', 'lists'], minute: at }))
  const { shows } = await run({ folders: BOTH })
  await shows('me', 600)
  expect(latest()?.slice(0, 2)).toEqual(['e299', 'e298'])
})

test('a number of the search that contradicts the mailboxes is kept within what they allow', async () => {
  server.answer = (name) => (name === 'Email/query' ? { ids: [], total: 0 } : null)
  const { shows } = await run({ folders: BOTH })
  await shows('me', 2)
})

describe('a mailbox without a valid count', () => {
  const INVALID = [-1, null, undefined, '5', 1.5, 2 ** 60]

  test.each(INVALID)('(%j) that is not counted does not matter', async (count) => {
    server.mailboxes.set('other', {
      unreadEmails: count,
      totalEmails: count,
      unreadThreads: count,
      totalThreads: count,
      name: null,
      role: 5,
    })
    const { shows } = await run()
    await shows('me', 2)
  })

  test.each(INVALID)('(%j) is counted by a search', async (count) => {
    server.mailboxes.set('lists', { unreadEmails: count, totalEmails: count })
    const { shows } = await run({ folders: ['lists'] })
    await shows('me', 2)
    expect(account()?.counts?.total).toBeUndefined()
  })

  test('is missing from the number where the search fails too, and named', async () => {
    server.mailboxes.set('lists', { unreadEmails: -1 })
    refuse('serverFail', () => true)
    const { warnings } = await run({ folders: BOTH })
    await until(() => account()?.status === 'stale')
    expect(account()?.counts).toMatchObject({
      unread: 2,
      folders: [{ path: 'INBOX', unread: 2 }],
      notices: ['The server gives no valid count of lists.'],
    })
    expect(warnings).toHaveLength(1)
  })

  test('stands with its last count where that is known', async () => {
    const { shows } = await run({ folders: BOTH })
    await shows('me', 3)
    server.mailboxes.set('lists', { unreadEmails: null })
    refuse('serverFail', () => true)
    await until(() => account()?.status === 'stale')
    expect(account()?.counts).toMatchObject({ unread: 4, folders: [{ path: 'INBOX' }, { path: 'lists', unread: 2, status: 'stale' }] })
    server.mailboxes.set('lists', {})
    await shows('me', 4)
  })

  test('is an error where it is the only one', async () => {
    server.mailboxes.set('inbox', { unreadEmails: -1 })
    refuse('serverFail', () => true)
    await run()
    await until(() => account()?.status === 'error')
    expect(account()).toMatchObject({ counts: null, error: { code: 'protocol', message: expect.stringContaining('no valid count of') } })
  })
})

test('a server that refuses the names of some counts is counted by the others', async () => {
  server.mailboxes.set('inbox', { unreadThreads: undefined, totalThreads: undefined })
  server.answer = (name, args) => {
    const { properties } = args
    return name === 'Mailbox/get' && Array.isArray(properties) && properties.includes('unreadThreads') ? 'invalidArguments' : null
  }
  const { shows } = await run()
  await shows('me', 2)
  server.emails = server.emails.slice(1)
  await shows('me', 1)
})

describe('the state of the mailboxes', () => {
  const more = (): void => void (server.emails = [...server.emails, { id: 'new', mailboxes: ['inbox'], minute: 9 }])

  test('may stay while a count changes', async () => {
    const { shows } = await run()
    await shows('me', 2)
    more()
    await shows('me', 3)
    expect(latest()).toEqual(['new', 'e2', 'e1'])
  })

  test('may go back', async () => {
    server.state = '5'
    const { shows } = await run()
    await shows('me', 2)
    server.state = '3'
    more()
    await shows('me', 3)
  })

  test.each(['cannotCalculateChanges', 'unknownMethod', 'serverFail', 'invalidArguments'])('may be unusable (%s)', async (type) => {
    server.answer = (name) => (name === 'Mailbox/changes' ? type : null)
    const { shows } = await run()
    await shows('me', 2)
    more()
    await shows('me', 3)
  })

  test('may be missing', async () => {
    server.answer = (name, args) =>
      name === 'Mailbox/get' && args['ids'] === null ? { list: [{ id: 'inbox', role: 'inbox', unreadEmails: 7 }] } : null
    const { shows } = await run()
    await shows('me', 7)
  })
})

test('a server that takes few calls and objects at once is asked in parts', async () => {
  server.core = { maxCallsInRequest: 2, maxObjectsInGet: 2, maxObjectsInSet: 1 }
  server.answer = (name, args) => {
    const ids = args['ids']
    if (name === 'Mailbox/get' && (ids === null || (Array.isArray(ids) && ids.length > 2))) return 'requestTooLarge'
    return name === 'Email/query' && isNested(args) ? 'unsupportedFilter' : null
  }
  server.status = (calls) => (calls.length > 2 ? 400 : 200)
  const { shows } = await run({ folders: BOTH })
  await shows('me', 3)
  expect(latest()).toEqual(['e3', 'e2', 'e1'])
})

test('a folder that does not exist is logged once, and the others are counted', async () => {
  const { shows, warnings } = await run({ folders: [...INBOX, 'Nowhere'] })
  await shows('me', 2)
  await until(() => queries().length > 5)
  expect(warnings).toMatchObject([{ folder: 'Nowhere' }])
})

test.each([
  ['an archive', 'archive', 'config', 'has no archive'],
  ['the right to change messages', 'read', 'config', 'accountReadOnly'],
] as const)('an action that needs %s says so', async (_, action, code, text) => {
  server.answer = (name) => (name === 'Email/set' ? 'accountReadOnly' : null)
  const source = createJmapSource(jmapConfig(server.url, 'x'), sourceContext)
  await expect(source.act?.({ account: 'me', message: 'e1', action }, new AbortController().signal)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(text),
  })
})
