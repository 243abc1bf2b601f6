import { describe, expect, test } from 'vitest'
import { countingForm, createQueryMemory, LISTING_FORM } from '../../../../server/sources/jmap/query-form.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

describe('what a server answers', () => {
  test('is tried from the best form down, by what the error names', () => {
    const memory = createQueryMemory(countingForm('threads'), () => 0)
    expect(memory.refused('unsupportedSort')).toMatchObject({ isSorted: false, collapsesThreads: true, hasTotal: true, filter: 'joint' })
    expect(memory.refused('invalidArguments')).toMatchObject({ collapsesThreads: false, hasTotal: true, filter: 'joint' })
    expect(memory.refused('invalidArguments')).toMatchObject({ hasTotal: false, filter: 'joint' })
    expect(memory.refused('unsupportedFilter')).toMatchObject({ filter: 'each' })
    expect(memory.refused('serverFail')).toMatchObject({ filter: 'simple' })
    expect(memory.refused('requestTooLarge')).toMatchObject({ filter: 'mailbox' })
    expect(memory.refused('unsupportedFilter')).toBeNull()
  })

  test('is remembered for an hour, and then tried again from the best form', () => {
    let nowMs = 0
    const memory = createQueryMemory(countingForm('emails'), () => nowMs)
    memory.refused('unsupportedFilter')
    memory.answered()
    nowMs = HOUR_MS - 1
    memory.answered()
    expect(memory.form().filter).toBe('each')
    nowMs = HOUR_MS
    expect(memory.form()).toEqual(countingForm('emails'))
    memory.refused('unsupportedFilter')
    memory.answered()
    nowMs = 2 * HOUR_MS - 1
    expect(memory.form().filter).toBe('each')
  })

  test.each(['unknownMethod', 'serverFail', 'invalidArguments', 'anything'])(
    'may be nothing (%s): after growing pauses it is tried again',
    (type) => {
      let nowMs = 0
      const memory = createQueryMemory(countingForm('threads'), () => nowMs)
      let requests = 1
      const refuseAll = (): void => {
        while (memory.refused(type)) requests += 1
      }
      refuseAll()
      expect(requests).toBeLessThan(12)
      expect(memory.isPaused()).toBe(true)
      nowMs = MINUTE_MS
      expect(memory.isPaused()).toBe(false)
      expect(memory.form()).toEqual(countingForm('threads'))
      for (let at = 0; at < 20; at += 1) refuseAll()
      nowMs += HOUR_MS - 1
      expect(memory.isPaused()).toBe(true)
      nowMs += 1
      expect(memory.isPaused()).toBe(false)
    },
  )

  test('may share a request with other calls only once it was answered', () => {
    const memory = createQueryMemory(LISTING_FORM, () => 0)
    expect(memory.isProven()).toBe(false)
    memory.answered()
    expect(memory.isProven()).toBe(true)
    memory.refused('serverFail')
    expect(memory.isProven()).toBe(false)
  })
})
