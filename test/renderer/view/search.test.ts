import { describe, expect, it } from 'vitest'
import { namesOf } from '../../../common/model/account-names.ts'
import { beginsSearch, searchable, searchFor, searchIn } from '../../../renderer/view/search.ts'
import { account, windowState } from '../states.ts'

describe('search', () => {
  it('requires every word, at any position, ignoring case and accents', () => {
    expect(searchFor('ada lunch')('Ada, at work', 'Lunch on Thursday?')).toBe(true)
    expect(searchFor('ada dinner')('Ada, at work', 'Lunch on Thursday?')).toBe(false)
    expect(searchFor('jose')('José')).toBe(true)
    expect(searchFor('  ')('anything')).toBe(true)
  })

  // Intermediate states of a two-set keyboard.
  it.each([
    ['회의', ['ㅎ', '호', '회', '횡', '회으', '회의']],
    ['값이', ['ㄱ', '가', '갑', '값', '값이']],
    ['닭고기', ['다', '달', '닭', '닭고', '닭곡', '닭고기']],
    ['원고', ['우', '우', '원', '원고']],
  ])('finds %s at every moment of composing it', (word, moments) => {
    for (const moment of moments) expect([moment, searchFor(moment)(`${word} 자료`)]).toEqual([moment, true])
  })

  it('distinguishes other syllables', () => {
    expect(searchFor('회사')('회의')).toBe(false)
    expect(searchable('한')).not.toBe(searchable('헌'))
  })

  const key = (change: Partial<KeyboardEvent>): KeyboardEvent =>
    ({ key: 'a', ctrlKey: false, metaKey: false, altKey: false, isComposing: false, ...change }) as KeyboardEvent

  it('starts with any letter, and with no key that has another function', () => {
    for (const one of ['a', 'É', '회', '7', '@', 'Process']) expect(beginsSearch(key({ key: one }))).toBe(true)
    for (const one of [' ', 'Enter', 'Tab', 'Escape', 'Delete', 'ArrowDown', 'F5', 'Dead'])
      expect(beginsSearch(key({ key: one }))).toBe(false)
    expect(beginsSearch(key({ ctrlKey: true }))).toBe(false)
    expect(beginsSearch(key({ isComposing: true }))).toBe(false)
  })

  it('finds accounts by name, server and folders, and messages by sender, subject and folder', () => {
    const servers = windowState().servers.map((server) => ({
      ...server,
      accounts: [account(), account({ id: 'work@example.com', folders: [] })],
    }))
    const found = (query: string) => {
      const { servers: left, messages } = searchIn(servers, query, namesOf(servers), ({ path }) => path)
      return [left.flatMap(({ accounts }) => accounts?.map(({ id }) => id)), messages.length]
    }
    expect(found('')).toEqual([['kim@example.org', 'work@example.com'], 6])
    expect(found('work@')).toEqual([['work@example.com'], 3])
    expect(found('lunch')).toEqual([[], 2])
    expect(found('회의')).toEqual([['kim@example.org'], 4])
    expect(found('nothing has this')).toEqual([[], 0])
  })
})
