import { expect, test } from 'vitest'
import { createTurnWatch } from '../../../server/collector/turn-watch.ts'

function createWatch() {
  const timers = new Set<() => void>()
  let nowMs = 0
  const watch = createTurnWatch({
    now: () => nowMs,
    schedule(callback) {
      timers.add(callback)
      return () => void timers.delete(callback)
    },
  })
  return {
    ...watch,
    timers,
    pass: (ms: number) => void (nowMs += ms),
    tick() {
      const due = [...timers]
      timers.clear()
      for (const callback of due) callback()
    },
  }
}

test('a tick that comes late was kept waiting, by the sources that were at work', async () => {
  const { during, pass, tick, longestMs } = createWatch()
  const { promise, resolve } = Promise.withResolvers<void>()
  const ended = during('imap', () => promise)
  pass(10)
  tick()
  expect(longestMs().get('imap')).toBe(0)
  pass(35)
  tick()
  pass(20)
  tick()
  resolve()
  await ended
  expect([...longestMs()]).toEqual([['imap', 25]])
})

test('work that ends within its first turn is measured too', async () => {
  const { during, pass, longestMs } = createWatch()
  await during('maildir', async () => pass(250))
  expect(longestMs().get('maildir')).toBe(240)
})

test('work of two kinds at the same time counts for both, and a later one only for itself', async () => {
  const { during, pass, longestMs } = createWatch()
  const { promise, resolve } = Promise.withResolvers<void>()
  const ended = during('imap', () => promise)
  const both = during('jmap', async () => pass(60))
  await both
  resolve()
  await ended
  await during('pop3', async () => pass(10))
  expect([...longestMs()]).toEqual([
    ['imap', 50],
    ['jmap', 50],
    ['pop3', 0],
  ])
})

test('nothing ticks while no source is at work, also after work that failed', async () => {
  const { during, timers } = createWatch()
  await expect(during('imap', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
  expect(timers.size).toBe(0)
})
