import { expect, test } from 'vitest'
import { createSerialQueue } from '../../../common/async/serial-queue.ts'

test('tasks run one at a time, in the order in which they were queued', async () => {
  const enqueue = createSerialQueue()
  const events: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = enqueue(async () => {
    events.push('first begins')
    await gate.promise
    events.push('first ends')
  })
  const second = enqueue(() => void events.push('second'))
  await Promise.resolve()
  gate.resolve()
  await Promise.all([first, second])
  expect(events).toEqual(['first begins', 'first ends', 'second'])
})

test('a caller gets what its task returns, at once or later', async () => {
  const enqueue = createSerialQueue()
  expect(await enqueue(() => 1)).toBe(1)
  expect(await enqueue(() => Promise.resolve(2))).toBe(2)
})

test('a task that throws or rejects rejects its own caller only', async () => {
  const enqueue = createSerialQueue()
  const thrown = enqueue(() => {
    throw new Error('thrown')
  })
  const rejected = enqueue(() => Promise.reject(new Error('rejected')))
  const next = enqueue(() => 'next')
  await expect(thrown).rejects.toThrow('thrown')
  await expect(rejected).rejects.toThrow('rejected')
  expect(await next).toBe('next')
})
