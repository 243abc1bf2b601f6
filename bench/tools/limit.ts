/** Each wait of a load has a limit, and an error that names what it waited for. */
import { setTimeout as sleep } from 'node:timers/promises'
import { schedule } from '../../client/clock.ts'

const inVain = (what: string, seconds: number): Error => new Error(`Waited ${seconds} s in vain for ${what}.`)

/** @throws Error if `work` has not settled after `seconds` */
export async function withLimit<T>(what: string, seconds: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const cancel = schedule(() => late.reject(inVain(what, seconds)), seconds * 1_000)
  return await Promise.race([work, late.promise]).finally(cancel)
}

/**
 * Calls `condition` every 100 ms until it is true.
 * @throws Error after `seconds`
 */
export async function untilTrue(what: string, seconds: number, condition: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + seconds * 1_000
  while (!(await withLimit(what, seconds, condition()))) {
    if (performance.now() > endMs) throw inVain(what, seconds)
    await sleep(100)
  }
}
