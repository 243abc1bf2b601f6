import { describe, expect, it } from 'vitest'
import { accountOf, createBoard } from '../../../server/board/board.ts'

function boardAt(startMs = 1_000) {
  const clock = { nowMs: startMs }
  const board = createBoard('life', () => clock.nowMs)
  const heard: (readonly string[])[] = []
  board.subscribe((ids) => heard.push(ids))
  return { board, clock, heard }
}

describe('the board', () => {
  it('shows a new account as pending, with no made-up number', () => {
    const { board } = boardAt()
    board.apply([{ id: 'a' }])
    const entry = board.get('a')
    expect(entry && accountOf(entry, true)).toEqual({ id: 'a', unread: null, status: 'pending', checkedAt: null })
  })

  it('calls listeners with what changed, once for all updates together', () => {
    const { board, heard } = boardAt()
    board.apply([
      { id: 'a', counts: { unread: 1 } },
      { id: 'b', counts: { unread: 2 } },
    ])
    expect(heard).toEqual([['a', 'b']])
  })

  it('calls no listener where nothing changed, but keeps the time of the confirmation', () => {
    const { board, clock, heard } = boardAt()
    board.apply([{ id: 'a', counts: { unread: 1, folders: [{ path: 'INBOX', unread: 1 }] } }])
    const tag = board.tag('*')
    clock.nowMs = 5_000
    expect(board.apply([{ id: 'a', counts: { unread: 1, folders: [{ path: 'INBOX', unread: 1 }] } }])).toEqual([])
    expect(heard).toHaveLength(1)
    expect(board.tag('*')).toBe(tag)
    expect(board.get('a')?.checkedAtMs).toBe(5_000)
  })

  it('gives 5 → 6 → 5 a new tag, for something has happened', () => {
    const { board } = boardAt()
    board.apply([{ id: 'a', counts: { unread: 5 } }])
    const tag = board.tag(['a'])
    board.apply([{ id: 'a', counts: { unread: 6 } }])
    board.apply([{ id: 'a', counts: { unread: 5 } }])
    expect(board.tag(['a'])).not.toBe(tag)
  })

  it.each([
    ['the total', { unread: 1, total: 9 }],
    ['a folder', { unread: 1, folders: [{ path: 'INBOX', unread: 1 }] }],
    ['a mail', { unread: 1, latest: [{ id: '1', from: 'Kim', subject: '회의' }] }],
    ['a mail’s Message-ID', { unread: 1, latest: [{ id: '0', from: 'Kim', subject: '회의', messageId: 'b@x' }] }],
  ])('takes a change of %s for a change', (_what, counts) => {
    const { board } = boardAt()
    board.apply([{ id: 'a', counts: { unread: 1, latest: [{ id: '0', from: 'Kim', subject: '회의', messageId: 'a@x' }] } }])
    expect(board.apply([{ id: 'a', counts }])).toEqual(['a'])
  })

  it('takes another label for a change of that account alone, and gives it to an account that comes later', () => {
    const { board, heard } = boardAt()
    board.apply([{ id: 'a', counts: { unread: 5 } }, { id: 'b' }])
    const tagOfB = board.tag(['b'])
    board.setLabels(
      new Map([
        ['a', 'Work'],
        ['late', 'Home'],
      ]),
    )
    board.apply([{ id: 'late' }])
    const labels = (): unknown => Array.from(board.entries('*'), ({ id, label }) => [id, label])
    expect(labels()).toEqual([
      ['a', 'Work'],
      ['b', undefined],
      ['late', 'Home'],
    ])
    expect(heard.slice(1)).toEqual([['a'], ['late']])
    expect(board.tag(['b'])).toBe(tagOfB)
    expect(board.get('a')).toMatchObject({ counts: { unread: 5 }, status: 'ok' })
    board.setLabels(new Map([['late', 'Home']]))
    expect(heard.slice(3)).toEqual([['a']])
    const entry = board.get('a')
    expect(entry && accountOf(entry, true).label).toBeUndefined()
  })

  it('keeps the number when only the status changes', () => {
    const { board } = boardAt()
    board.apply([{ id: 'a', counts: { unread: 7 } }])
    board.apply([{ id: 'a', status: 'stale', error: { code: 'network', message: 'gone' } }])
    expect(board.get('a')).toMatchObject({ counts: { unread: 7 }, status: 'stale', error: { code: 'network' } })
    board.apply([{ id: 'a', counts: { unread: 7 } }])
    expect(board.get('a')).toMatchObject({ status: 'ok', error: undefined })
  })

  it('gives each view its own tag: an account does not affect another one', () => {
    const { board } = boardAt()
    board.apply([{ id: 'a', counts: { unread: 1 } }])
    const [one, all] = [board.tag(['a']), board.tag('*')]
    board.apply([{ id: 'b', counts: { unread: 1 } }])
    expect(board.tag(['a'])).toBe(one)
    expect(board.tag('*')).not.toBe(all)
  })

  it('changes the tag of each view of a removed account', () => {
    const { board, heard } = boardAt()
    board.apply([
      { id: 'a', counts: { unread: 1 } },
      { id: 'b', counts: { unread: 1 } },
    ])
    const tag = board.tag(['a', 'b'])
    expect(board.remove(['b', 'nobody'])).toEqual(['b'])
    expect(board.tag(['a', 'b'])).not.toBe(tag)
    expect(heard.at(-1)).toEqual(['b'])
    expect(board.get('b')).toBeUndefined()
  })

  it('never gives an account that comes back a tag that it had before', () => {
    const { board } = boardAt()
    board.apply([{ id: 'a', counts: { unread: 1 } }])
    const before = board.tag(['a'])
    board.remove(['a'])
    board.apply([{ id: 'a', counts: { unread: 1 } }])
    expect(board.tag(['a'])).not.toBe(before)
  })

  it('stores accounts under any name, for a name is only a key', () => {
    const { board } = boardAt()
    for (const id of ['__proto__', 'constructor', '../../etc/passwd', '📬']) board.apply([{ id, counts: { unread: 1 } }])
    expect(Array.from(board.entries('*'), ({ id }) => id)).toEqual(['__proto__', 'constructor', '../../etc/passwd', '📬'])
  })
})
