import { beforeEach, describe, expect, it } from 'vitest'
import { createPace, type Pace } from '../../../server/collector/pace.ts'

describe('a pace of 10 a second with a burst of 2', () => {
  let nowMs: number
  let due: { atMs: number; callback: () => void }[]
  let pace: Pace
  let began: string[]
  const never = new AbortController().signal

  beforeEach(() => {
    nowMs = 1_000
    due = []
    began = []
    pace = createPace(10, 2, {
      now: () => nowMs,
      schedule(callback, ms) {
        due.push({ atMs: nowMs + ms, callback })
        return () => undefined
      },
    })
  })

  async function begin(names: string, signal = never): Promise<void> {
    for (const name of names) void pace.turn(signal).then(() => began.push(name))
    await Promise.resolve()
  }

  async function advance(ms: number): Promise<void> {
    const endMs = nowMs + ms
    for (;;) {
      const next = due.find(({ atMs }) => atMs <= endMs)
      if (!next) break
      due.splice(due.indexOf(next), 1)
      nowMs = next.atMs
      next.callback()
    }
    nowMs = endMs
    await Promise.resolve()
  }

  it('starts the burst at once, and the others one after another, in the order of arrival', async () => {
    await begin('abcde')
    expect(began.join('')).toBe('ab')
    await advance(100)
    expect(began.join('')).toBe('abc')
    await advance(200)
    expect(began.join('')).toBe('abcde')
  })

  it('saves up no more than a burst', async () => {
    await advance(60_000)
    await begin('abcd')
    expect(began.join('')).toBe('ab')
  })

  it('lets no task overtake one that waits', async () => {
    await begin('abc')
    nowMs += 99
    await begin('d')
    await advance(1)
    expect(began.join('')).toBe('abc')
  })

  it('gives the turn of an aborted task to the next', async () => {
    const given = new AbortController()
    await begin('ab')
    await begin('c', given.signal)
    await begin('d')
    given.abort()
    await Promise.resolve()
    expect(began.join('')).toBe('abc')
    await advance(100)
    expect(began.join('')).toBe('abcd')
  })

  it('needs no timer while none waits', async () => {
    await begin('ab')
    expect(due).toEqual([])
    await begin('c')
    await advance(1_000)
    expect(due).toEqual([])
  })
})
