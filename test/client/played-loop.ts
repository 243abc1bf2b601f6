/** A poll loop whose clock and answers the test plays. */
import { createPollLoop, type LinkView, type PollAnswer, type PollRequest } from '../../client/poll-loop.ts'

export const FAILED: PollAnswer = { kind: 'failed', problem: { code: 'unreachable', detail: 'gone' } }
export const news = (tag: string, unread: number): Extract<PollAnswer, { kind: 'accounts' }> => ({
  kind: 'accounts',
  tag,
  accounts: [{ id: 'a', unread, status: 'ok', checkedAt: null }],
})

/** A loop with a simulated clock, whose transport answers on demand. */
export function play(random = 0.5) {
  let nowMs = 0
  let wallStepMs = 1_000_000
  let timer: { atMs: number; callback: () => void } | null = null
  const requests: PollRequest[] = []
  const open = new Map<PollRequest, (answer: PollAnswer) => void>()
  const views: LinkView[] = []
  const loop = createPollLoop({
    transport: (request) =>
      new Promise((resolve) => {
        requests.push(request)
        open.set(request, resolve)
        request.signal.addEventListener('abort', () => open.delete(request))
      }),
    now: () => nowMs,
    wallClock: () => nowMs + wallStepMs,
    random: () => random,
    schedule(callback, ms) {
      const mine = { atMs: nowMs + ms, callback }
      timer = mine
      return () => {
        if (timer === mine) timer = null
      }
    },
    onView: (view) => void views.push(view),
  })
  return {
    loop,
    requests,
    open,
    views,
    /** The system's time is set back or forward. */
    stepWallClock: (ms: number): void => void (wallStepMs += ms),
    timerMs: () => (timer === null ? null : timer.atMs - nowMs),
    async answer(answer: PollAnswer, afterMs = 5_000) {
      nowMs += afterMs
      for (const [request, resolve] of open) {
        open.delete(request)
        resolve(answer)
      }
      await new Promise(setImmediate)
    },
    async fire() {
      const due = timer
      timer = null
      if (due) nowMs = due.atMs
      due?.callback()
      await new Promise(setImmediate)
    },
  }
}
