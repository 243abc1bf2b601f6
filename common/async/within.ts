import type { Schedule } from './clock.ts'

/** Settles as `work` does; resolves with undefined once `ms` have passed. */
export async function within<T>(work: Promise<T>, ms: number, schedule: Schedule): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const cancel = schedule(() => resolve(undefined), ms)
  return await Promise.race([work, late]).finally(cancel)
}
