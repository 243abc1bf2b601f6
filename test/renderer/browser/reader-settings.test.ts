import { expect, test } from 'vitest'
import { createPageReader } from '../../../renderer/browser/reader-settings.ts'

function setUp(stored: string | null = null) {
  const values = new Map<string, string | null>([['reader', stored]])
  let nowMs = 1_000
  const timers: { callback: () => void; ms: number }[] = []
  let changes = 0
  const store = {
    read: (name: string) => values.get(name) ?? null,
    write: (name: string, value: string | null) => void values.set(name, value),
  }
  const schedule = (callback: () => void, ms: number) => {
    timers.push({ callback, ms })
    return () => undefined
  }
  const reader = createPageReader({ store, clock: { now: () => nowMs, schedule }, onChange: () => (changes += 1) })
  return {
    reader,
    values,
    timers,
    changes: () => changes,
    pass: (ms: number) => void (nowMs += ms),
  }
}

test('stores what counts, takes over what another tab has stored, and ignores what is not valid', () => {
  const { reader, values, changes } = setUp('{"vips":["boss@example.org"],"muted":"all"}')
  expect(reader.current).toEqual({ notCounted: [], muted: [], quietHours: [], vips: ['boss@example.org'] })
  reader.update({ notCounted: [{ server: 'page', account: 'kim' }] })
  expect([JSON.parse(values.get('reader') ?? '').notCounted, changes()]).toEqual([[{ server: 'page', account: 'kim' }], 1])
  values.set('reader', null)
  reader.reread()
  expect(reader.current.notCounted).toEqual([])
  expect(setUp('nonsense').reader.current.vips).toEqual([])
})

test('mutes for a time, and shows its end', () => {
  const { reader, timers, pass } = setUp()
  reader.mute({ scope: null, until: { minutes: 10 } })
  expect(reader.current.muted).toEqual([{ scope: null, untilMs: 601_000 }])
  expect(timers.at(-1)?.ms).toBe(600_000)
  pass(600_000)
  timers.at(-1)?.callback()
  expect(reader.current.muted).toEqual([])
  reader.mute({ scope: null, until: 'always' })
  reader.mute({ scope: null, until: 'off' })
  expect(reader.current.muted).toEqual([])
})
