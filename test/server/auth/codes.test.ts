import { describe, expect, it } from 'vitest'
import { createAttempts } from '../../../server/auth/attempts.ts'
import { CODE_CAPS, type CodeStore, createCodes, createCodeStore } from '../../../server/auth/codes.ts'

const HOUR_MS = 3_600_000
const desk = { name: 'desk', secret: 'the-secret-token' }

function codesAt(clock: { nowMs: number }, caps = CODE_CAPS) {
  let made = 0
  const asked: number[] = []
  const random = (bytes: number): Buffer => {
    asked.push(bytes)
    return Buffer.alloc(bytes, (made += 1))
  }
  return {
    ...createCodes(
      createCodeStore(() => clock.nowMs, caps),
      random,
    ),
    asked,
  }
}
type Created = Awaited<ReturnType<ReturnType<typeof createCodes>['create']>>
const made = (created: Created): string => (created.kind === 'created' ? created.code : expect.fail('no code was made'))

describe('a one-time code', () => {
  it('stands for its token once, and is then known as used', async () => {
    const codes = codesAt({ nowMs: 0 })
    const code = made(await codes.create(desk, HOUR_MS))
    expect(await codes.redeem(code)).toEqual({ kind: 'redeemed', value: desk.secret })
    expect(await codes.redeem(code)).toEqual({ kind: 'used' })
    expect(await codes.redeem(code)).toEqual({ kind: 'used' })
  })

  it('has at least 128 random bits, in characters that a URL leaves as they are', async () => {
    const codes = codesAt({ nowMs: 0 })
    const code = made(await codes.create(desk, HOUR_MS))
    expect(codes.asked.every((bytes) => bytes * 8 >= 128)).toBe(true)
    expect(code).toMatch(/^[\w-]{22,}$/)
    expect(encodeURIComponent(code)).toBe(code)
  })

  it('expires on the monotonic clock, used or not, and is then unknown', async () => {
    const clock = { nowMs: 5 }
    const codes = codesAt(clock)
    const [first, second, used] = [await codes.create(desk, 1_000), await codes.create(desk, 1_000), await codes.create(desk, 1_000)].map(
      made,
    )
    await codes.redeem(used ?? '')
    clock.nowMs = 1_004
    expect((await codes.redeem(first ?? '')).kind).toBe('redeemed')
    clock.nowMs = 1_005
    expect(await codes.redeem(second ?? '')).toEqual({ kind: 'unknown' })
    expect(await codes.redeem(used ?? '')).toEqual({ kind: 'unknown' })
  })

  it.each(['', 'x', 'AQEBAQEBAQEBAQEBAQEBAQE', 'AQEBAQEBAQEBAQEBAQEBAQEB '])('is unknown as %j', async (wrong) => {
    const codes = codesAt({ nowMs: 0 })
    const code = made(await codes.create(desk, HOUR_MS))
    expect(await codes.redeem(wrong)).toEqual({ kind: 'unknown' })
    expect((await codes.redeem(code)).kind).toBe('redeemed')
  })

  it('is bounded in number per token and in all; expired ones make room', async () => {
    const clock = { nowMs: 0 }
    const codes = codesAt(clock, { perOwner: 2, total: 3 })
    const create = (name: string): Promise<Created> => codes.create({ name, secret: name }, HOUR_MS)
    const first = made(await create('desk'))
    made(await create('desk'))
    expect(await create('desk')).toEqual({ kind: 'full' })
    made(await create('phone'))
    expect(await create('tablet')).toEqual({ kind: 'full' })
    // A used one counts until it expires.
    await codes.redeem(first)
    expect(await create('tablet')).toEqual({ kind: 'full' })
    clock.nowMs = HOUR_MS
    expect((await create('desk')).kind).toBe('created')
  })

  it('reaches the store as a hash, and its token sealed', async () => {
    const stored: unknown[] = []
    const store: CodeStore = {
      put(...entry) {
        stored.push(...entry)
        return 'stored'
      },
      take: () => ({ kind: 'unknown' }),
    }
    const code = made(await createCodes(store, (bytes) => Buffer.alloc(bytes, 7)).create(desk, HOUR_MS))
    const text = stored.map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value))).join(' ')
    expect(text).not.toContain(code)
    expect(text).not.toContain(desk.secret)
  })
})

describe('failed attempts', () => {
  it('block an address until the minute is over, and no other address', () => {
    const clock = { nowMs: 0 }
    const attempts = createAttempts(() => clock.nowMs)
    for (let i = 0; i < 29; i += 1) attempts.noteFailure('192.0.2.1')
    expect(attempts.blockedMs('192.0.2.1')).toBe(0)
    clock.nowMs = 20_000
    attempts.noteFailure('192.0.2.1')
    expect(attempts.blockedMs('192.0.2.1')).toBe(40_000)
    expect(attempts.blockedMs('192.0.2.2')).toBe(0)
    clock.nowMs = 60_000
    expect(attempts.blockedMs('192.0.2.1')).toBe(0)
  })

  it('are remembered of a bounded number of addresses, the latest', () => {
    const attempts = createAttempts(() => 0)
    for (let i = 0; i < 30; i += 1) attempts.noteFailure('first')
    for (let i = 0; i < 10_000; i += 1) attempts.noteFailure(`other ${i}`)
    expect(attempts.blockedMs('first')).toBe(0)
  })
})
