/** Folders that the server refuses, or falls silent at: the others are counted, and the account says what is missing. */
import { describe, expect, test } from 'vitest'
import { type FakeAccountOptions } from '../../../helpers/imap/fake-account.ts'
import { until } from '../../../helpers/until.ts'
import {
  FOLDERS,
  running,
  type Override,
  at,
  status,
  examine,
  refuse,
  reply,
  silent,
  hangUp,
  goodbye,
  atBroken,
} from './refused-folders.ts'

describe.concurrent('one folder of several', () => {
  test.each<[string, Override, string]>([
    ['a NO', refuse('NO Internal error'), 'Internal error'],
    ['a NO without text', refuse('NO'), 'refuses it'],
    ['SERVERBUG', refuse('NO [SERVERBUG] Internal error occurred.'), '“Internal error occurred”'],
    ['UNAVAILABLE', refuse('NO [UNAVAILABLE] Not now'), 'Not now'],
    ['INUSE', refuse('NO [INUSE] Locked'), 'Locked'],
    ['LIMIT', refuse('NO [LIMIT] Too much'), 'Too much'],
    ['CORRUPTION', refuse('NO [CORRUPTION] Index broken'), 'Index broken'],
    ['EXPUNGEISSUED', refuse('NO [EXPUNGEISSUED] Gone'), 'Gone'],
    ['a code alone', refuse('NO [CORRUPTION]'), '[CORRUPTION]'],
    ['BAD', refuse('BAD Internal error'), 'Internal error'],
    ['a text with control characters', refuse('NO \u0007a\u001b[31mb'), 'b'],
    ['OK without STATUS', reply(), 'no count'],
    ['no UNSEEN', reply('* STATUS Broken (MESSAGES 9)'), 'no count'],
    ['more UNSEEN than MESSAGES', reply('* STATUS Broken (MESSAGES 3 UNSEEN 4)'), 'no count'],
    ['a negative number', reply('* STATUS Broken (MESSAGES 9 UNSEEN -1)'), 'no count'],
    ['a huge number', reply('* STATUS Broken (MESSAGES 9999999999 UNSEEN 9999999999)'), 'no count'],
    ['no number', reply('* STATUS Broken (MESSAGES NIL UNSEEN NIL)'), 'no count'],
    ['the STATUS of another', reply('* STATUS Work (MESSAGES 9 UNSEEN 9)'), 'no count'],
    ['no answer', silent, 'does not answer'],
    ['the end of the connection', hangUp, 'closes the connection'],
    ['BYE', goodbye, 'closes the connection'],
  ])('that is answered with %s is named, and the others are counted', async (_, answer, reason) => {
    await using fixture = await running(atBroken(answer))
    const { becomes, folders, notices, warnings } = fixture
    await becomes('stale', 3)
    expect(folders()).toEqual(['INBOX 1', 'Work 2'])
    expect(notices()).toEqual([expect.stringMatching(/^The folder Broken is not counted: the server .*\.$/)])
    expect(notices()[0]).toContain(reason)
    expect(warnings.filter((fields) => 'part' in fields)).toHaveLength(1)
  })

  test.each<[string, Override]>([
    ['a NO', refuse('NO Internal error')],
    ['nothing', silent],
    ['the end of the connection', hangUp],
  ])('keeps its last count while it is answered with %s, and is asked again', async (_, answer) => {
    let isBroken = false
    await using fixture = await running(
      { overrides: { STATUS: (request, session) => (isBroken ? at('Broken', answer, status) : status)(request, session) } },
      {},
      { refusedRetry: 100, refusedRetryMax: 100 },
    )
    const { board, becomes, collector, folders, notices } = fixture
    await becomes('ok', 7)
    isBroken = true
    collector.kick()
    await until(() => board.get('me')?.status === 'stale' && notices().length === 1)
    expect(folders()).toEqual(['INBOX 1', 'Broken 4?', 'Work 2'])
    expect(board.get('me')?.counts?.unread).toBe(7)
    isBroken = false
    await becomes('ok', 7)
    expect([folders(), notices()]).toEqual([['INBOX 1', 'Broken 4', 'Work 2'], []])
  })

  test('whose error has another text each time is named once', async () => {
    let times = 0
    await using fixture = await running(
      atBroken(({ send, tag }) => send(`${tag} NO [SERVERBUG] Refer to the log [${(times += 1)}]`)),
      {},
      { refusedRetry: 1, refusedRetryMax: 1 },
    )
    const { becomes, notices, warnings } = fixture
    await becomes('stale', 3)
    await until(() => times > 5)
    expect(notices()).toEqual([expect.stringContaining('[1]')])
    expect(warnings.filter((fields) => 'part' in fields)).toHaveLength(1)
  })

  test.each([
    ['UNSEEN alone', '* STATUS Broken (UNSEEN 4)', 4],
    ['MESSAGES alone, of an empty one', '* STATUS Broken (MESSAGES 0)', 0],
  ])('is counted with %s', async (_, line, unread) => {
    await using fixture = await running(atBroken(reply(line)))
    const { becomes } = fixture
    await becomes('ok', 3 + unread)
  })

  test('that is silent delays the others once, on one more connection', async () => {
    await using fixture = await running(atBroken(silent))
    const { becomes, fake, states } = fixture
    await becomes('stale', 3)
    expect(fake.lines.filter((line) => line.startsWith('STATUS') && line.includes('Broken'))).toHaveLength(1)
    expect(states.filter(({ phase }) => phase === 'waiting')).toEqual([])
  })

  test('of the config is counted where the server refuses LIST', async () => {
    await using fixture = await running({ overrides: { LIST: refuse('NO no') } }, { folders: ['INBOX', 'Work'] })
    const { becomes } = fixture
    await becomes('ok', 3)
  })

  test('that is the main one and is not selected is counted by STATUS, and another one is selected', async () => {
    await using fixture = await running({ overrides: { EXAMINE: at('INBOX', refuse('NO [SERVERBUG] no'), examine) } })
    const { becomes, fake } = fixture
    await becomes('ok', 7)
    expect([...fake.sessions].map(({ selected }) => selected)).toContain('Broken')
  })
})

describe.concurrent('a folder that is refused for good', () => {
  test.each<[string, string]>([
    ['NONEXISTENT', 'NO [NONEXISTENT] no such mailbox'],
    ['NOPERM', 'NO [NOPERM] no rights'],
    ['CANNOT', 'NO [CANNOT] not this one'],
    ['TRYCREATE', 'NO [TRYCREATE] no such mailbox'],
    ['text', 'NO Mailbox is not selectable'],
  ])('with %s is no part of the number, and named once', async (_, answer) => {
    await using fixture = await running(atBroken(refuse(answer)), { folders: ['INBOX', 'Broken', 'Work'] })
    const { becomes, folders, notices, warnings } = fixture
    await becomes('ok', 3)
    expect(folders()).toEqual(['INBOX 1', 'Work 2'])
    expect(notices()).toEqual([expect.stringMatching(/has no folder Broken at .* or may not read it; check folders/)])
    expect(warnings).toEqual([{ source: 'mail', folder: 'Broken' }])
  })

  test('has no notice where only a glob stands for it', async () => {
    await using fixture = await running(atBroken(refuse('NO [NOPERM] no rights')))
    const { becomes, notices, warnings } = fixture
    await becomes('ok', 3)
    expect([notices(), warnings]).toEqual([[], []])
  })

  test.each(['\\NonExistent', '\\NoSelect'])('as %s in the list is not asked for', async (flags) => {
    await using fixture = await running({ folders: { ...FOLDERS, Broken: { unread: 4, total: 9, flags } } })
    const { becomes, fake } = fixture
    await becomes('ok', 3)
    expect(fake.lines.some((line) => line.includes('Broken'))).toBe(false)
  })
})

describe.concurrent('what only decorates the number', () => {
  test.each<[string, FakeAccountOptions]>([
    ['FETCH is refused', { overrides: { 'UID FETCH': refuse('NO [SERVERBUG] no') } }],
    ['FETCH is refused as too much', { overrides: { 'UID FETCH': refuse('NO [LIMIT] no') } }],
    ['FETCH is unknown', { overrides: { 'UID FETCH': refuse('BAD no') } }],
    ['the server hangs up at FETCH', { overrides: { 'UID FETCH': hangUp } }],
    ['the server is silent at FETCH', { overrides: { 'UID FETCH': silent } }],
    ['IDLE is refused', { overrides: { IDLE: refuse('NO no') } }],
    ['NOTIFY is refused', { capabilities: 'NOTIFY IDLE ESEARCH', overrides: { NOTIFY: refuse('NO no') } }],
  ])('may be missing: %s', async (_, server) => {
    await using fixture = await running(server)
    const { becomes, notices } = fixture
    await becomes('ok', 7)
    expect(notices()).toEqual([])
  })
})
