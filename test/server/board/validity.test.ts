import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createValidity } from '../../../server/board/validity.ts'
import { createSimClock } from '../../simulation/clock.ts'

test('numbers expire also after an error, which is reported, at others', async () => {
  const clock = createSimClock(0)
  const expired: string[] = []
  const errors: unknown[] = []
  const error = new Error('A subscriber failed.')
  const validity = createValidity(
    clock,
    (numbers) => {
      if (numbers.some(({ id }) => id === 'kim')) throw error
      expired.push(...numbers.map(({ id }) => id))
    },
    (reason) => errors.push(reason),
  )
  const pass = async (): Promise<void> => {
    await clock.pass(10_000)
    for (let turn = 0; turn < 5; turn += 1) await setImmediate()
  }
  validity.set('kim', 10)
  // More than one slice: the others follow the one with the error.
  for (let n = 0; n < 1_500; n += 1) validity.set(`u${n}`, 10)
  validity.set('later', 20)
  await pass()
  expect(errors).toEqual([error])
  expect(expired).toHaveLength(501)
  await pass()
  expect(expired.at(-1)).toBe('later')
})
