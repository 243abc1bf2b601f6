import { expect, test } from 'vitest'
import { createCheckNow } from '../../client/check-now.ts'
import type { CheckView } from '../../common/protocol/window-state.ts'

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

function play() {
  const views: CheckView[] = []
  const runs: PromiseWithResolvers<boolean>[] = []
  const timers = new Map<() => void, number>()
  const check = createCheckNow({
    run() {
      const next = Promise.withResolvers<boolean>()
      runs.push(next)
      return next.promise
    },
    wallClock: () => 1_000,
    schedule(callback, ms) {
      timers.set(callback, ms)
      return () => void timers.delete(callback)
    },
    onChange: (view) => void views.push(view),
  })
  return {
    check,
    views,
    runs,
    async pass(limitMs: number): Promise<void> {
      for (const [callback, ms] of timers) if (ms <= limitMs) callback()
      await settle()
    },
  }
}

const RUNNING: CheckView = { isRunning: true, endedAtMs: null }

test('shows that it runs for long enough to be seen, and then when it ended', async () => {
  const { check, views, runs, pass } = play()
  check.start()
  runs[0]?.resolve(true)
  await settle()
  expect(views).toEqual([RUNNING])
  await pass(400)
  expect(views).toEqual([RUNNING, { isRunning: false, endedAtMs: 1_000 }])
})

test('a second request asks again, also while the first one is still shown, and takes its place', async () => {
  const { check, runs, views, pass } = play()
  check.start()
  runs[0]?.resolve(true)
  await settle()
  check.start()
  expect(runs).toHaveLength(2)
  await pass(400)
  expect(views.at(-1)).toEqual(RUNNING)
  runs[1]?.resolve(true)
  await settle()
  expect(views.at(-1)).toEqual({ isRunning: false, endedAtMs: 1_000 })
})

test.each([
  ['no server answers', (run: PromiseWithResolvers<boolean> | undefined) => run?.resolve(false), 400],
  ['it fails', (run: PromiseWithResolvers<boolean> | undefined) => run?.reject(new Error('no')), 400],
  ['it takes too long', () => undefined, 30_000],
] as const)('ends without a time if %s', async (_why, end, ms) => {
  const { check, runs, views, pass } = play()
  check.start()
  end(runs[0])
  await pass(ms)
  expect(views.at(-1)).toEqual({ isRunning: false, endedAtMs: null })
})
