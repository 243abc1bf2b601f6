import { setImmediate } from 'node:timers/promises'

/** How often other work got its turn until this work was done. Rejects as the work does. */
export async function turnsDuring(work: Promise<unknown>): Promise<number> {
  const state = { isDone: false, turns: 0 }
  const done = work.finally(() => (state.isDone = true))
  const counting = (async () => {
    while (!state.isDone) {
      await setImmediate()
      state.turns += 1
    }
  })()
  await Promise.all([done, counting])
  return state.turns
}
