import { expect, it } from 'vitest'
import { oneAtATime } from '../../../common/async/one-at-a-time.ts'

it('work that is under way is not begun again, and once it has failed it is', async () => {
  const begun: number[] = []
  const first = Promise.withResolvers<void>()
  const work = oneAtATime(async (n: number) => {
    begun.push(n)
    await first.promise
  })
  const failing = work(1)
  await work(2)
  first.reject(new Error('It failed.'))
  await expect(failing).rejects.toThrow('It failed.')
  await expect(work(3)).rejects.toThrow('It failed.')
  expect(begun).toEqual([1, 3])
})
