import { beforeEach, describe, expect, test } from 'vitest'
import { createRetryPolicy } from '../../../server/collector/retry-policy.ts'
import { SourceError } from '../../../server/sources/source.ts'

const MINUTE_MS = 60_000
const network = new SourceError('network', 'It cannot be reached.')
const auth = new SourceError('auth', 'It refuses the password.')
const config = new SourceError('config', 'The table does not exist.')

describe('the retry policy', () => {
  let nowMs: number
  let random: number
  let policy: ReturnType<typeof createRetryPolicy>

  beforeEach(() => {
    nowMs = 0
    random = 1
    policy = createRetryPolicy(
      () => nowMs,
      () => random,
    )
  })

  /** An attempt that reports at once and is live for this long. */
  function liveFor(ms: number): void {
    policy.started()
    policy.reported()
    nowMs += ms
    policy.ended()
  }

  test('waits longer after each failure, up to twenty seconds', () => {
    const delays = Array.from({ length: 10 }, () => Math.round(policy.failed(network) ?? 0))
    expect(delays).toEqual([1_000, 1_500, 2_250, 3_375, 5_063, 7_594, 11_391, 17_086, 20_000, 20_000])
  })

  test('shortens each delay at random, to half of it at the least', () => {
    random = 0
    expect(policy.failed(network)).toBe(500)
  })

  test('starts over after an attempt that was live for half a minute, and not after a shorter one', () => {
    policy.failed(network)
    liveFor(29_999)
    expect(policy.failed(network)).toBe(1_500)
    liveFor(30_000)
    expect(policy.failed(network)).toBe(1_000)
  })

  test('never retries sooner than the server asked for', () => {
    expect(policy.failed(new SourceError('rate', 'Too many.', { retryAfterMs: MINUTE_MS }))).toBe(MINUTE_MS)
    expect(policy.failed(new SourceError('rate', 'Too many.', { retryAfterMs: 1 }))).toBe(1_500)
  })

  test.each([
    ['a refused sign-in', auth],
    ['an error in the config', config],
  ])('leaves %s to a person where nothing has worked yet', (_, error) => {
    expect(policy.failed(error)).toBeNull()
  })

  test('retries what worked before: a refused sign-in rarely, an error in the config as usual', () => {
    liveFor(1)
    expect(policy.failed(auth)).toBe(15 * MINUTE_MS)
    expect(policy.failed(config)).toBe(1_500)
  })

  describe('after a sign-in that was refused for now', () => {
    const notNow = new SourceError('rate', 'Not now.', { isSignInRefusal: true })

    test('signs in four times in a quarter of an hour, then six times an hour, until one works', () => {
      random = 0
      expect(Array.from({ length: 5 }, () => policy.failed(notNow))).toEqual([
        10_000,
        MINUTE_MS,
        10 * MINUTE_MS,
        10 * MINUTE_MS,
        10 * MINUTE_MS,
      ])
      liveFor(1)
      expect(policy.failed(notNow)).toBe(10_000)
    })

    test('retries at random later, never sooner, and as late as the server asks', () => {
      expect(policy.failed(notNow)).toBe(12_000)
      const locked = new SourceError('rate', 'Locked.', { isSignInRefusal: true, retryAfterMs: 15 * MINUTE_MS })
      expect(policy.failed(locked)).toBe(15 * MINUTE_MS)
    })

    test('lets no action sign in for a minute', () => {
      policy.note(notNow, notNow)
      expect(policy.refusedSignIn()).toBe(notNow)
      nowMs += MINUTE_MS
      expect(policy.refusedSignIn()).toBeNull()
    })
  })

  test('is live from the first report until the next attempt starts', () => {
    expect(policy.isLive()).toBe(false)
    liveFor(1)
    expect(policy.isLive()).toBe(true)
    policy.started()
    expect(policy.isLive()).toBe(false)
  })

  test('remembers a refused sign-in until a report, or for a quarter of an hour', () => {
    policy.note(network, network)
    expect(policy.refusedSignIn()).toBeNull()
    policy.note(auth, auth)
    expect(policy.refusedSignIn()).toBe(auth)
    nowMs += 15 * MINUTE_MS
    expect(policy.refusedSignIn()).toBeNull()
    policy.note(auth, auth)
    liveFor(1)
    expect(policy.refusedSignIn()).toBeNull()
  })
})
