import { expect, test } from 'vitest'
import type { TryState } from '../../../common/protocol/manage.ts'
import { createTries, type ShowTry } from '../../../server/manage/tries.ts'
import { isRefusedHost } from '../../../server/manage/reachable.ts'

function setUp() {
  let nowMs = 0
  let ids = 0
  const timers: (() => void)[] = []
  const schedule = (callback: () => void) => {
    timers.push(callback)
    return () => undefined
  }
  const tries = createTries({ now: () => nowMs, schedule, newId: () => String((ids += 1)) })
  const running: { show: ShowTry; end: (last: TryState) => void; signal: AbortSignal }[] = []
  const start = (owner = 'boss') =>
    tries.start(owner, (show, signal) => {
      const { promise, resolve } = Promise.withResolvers<TryState>()
      running.push({ show, end: resolve, signal })
      return promise
    })
  return { tries, start, running, timers, pass: (ms: number) => void (nowMs += ms) }
}

test('shows each state to its own token, wakes who waits for the next one, and forgets the result in time', async () => {
  const { tries, start, running, timers } = setUp()
  const id = start() ?? ''
  expect(tries.find('other', id)).toBeNull()
  let woken = 0
  tries.find('boss', id)?.onNext(() => (woken += 1))
  running[0]?.show({ kind: 'step', step: 'connect' })
  running[0]?.show({ kind: 'step', step: 'sign-in' })
  expect([woken, tries.find('boss', id)]).toMatchObject([1, { rev: 3, state: { step: 'sign-in' } }])
  running[0]?.end({ kind: 'done' })
  await Promise.resolve()
  await Promise.resolve()
  expect(tries.find('boss', id)?.state).toEqual({ kind: 'done' })
  for (const timer of timers) timer()
  expect(tries.find('boss', id)).toBeNull()
})

test('bounds how many run at once, and how many start in a minute', async () => {
  const { start, running, pass } = setUp()
  const ids = Array.from({ length: 5 }, () => start())
  expect(ids.filter((id) => id === null)).toHaveLength(1)
  for (let more = 0; more < 40; more += 1) {
    for (const { end } of running) end({ kind: 'done' })
    await Promise.resolve()
    await Promise.resolve()
    start()
  }
  expect(running).toHaveLength(20)
  pass(60_001)
  expect(start()).not.toBeNull()
})

test('is cancelled by its token alone, and ends with the server', () => {
  const { tries, start, running } = setUp()
  const id = start() ?? ''
  expect([tries.cancel('other', id), running[0]?.signal.aborted]).toEqual([false, false])
  expect([tries.cancel('boss', id), running[0]?.signal.aborted]).toEqual([true, true])
  tries.close()
  expect(tries.find('boss', id)?.state).toMatchObject({ kind: 'failed', code: 'restarting' })
  running[0]?.show({ kind: 'done' })
  expect(tries.find('boss', id)?.state).toMatchObject({ kind: 'failed' })
})

test('takes the address of a sign-in from its token alone, once, and while it waits for that', () => {
  const { tries, start, running } = setUp()
  const id = start() ?? ''
  const url = 'https://accounts.example.org/'
  expect(tries.take('boss', id, 'right')).toBeNull()
  running[0]?.show({ kind: 'paste-address', url }, (address) => address === 'right')
  expect(tries.take('other', id, 'right')).toBeNull()
  expect([tries.take('boss', id, 'wrong'), tries.find('boss', id)?.state]).toEqual([false, { kind: 'paste-address', url }])
  expect([tries.take('boss', id, 'right'), tries.find('boss', id)?.state]).toEqual([true, { kind: 'step', step: null }])
  expect(tries.take('boss', id, 'right')).toBeNull()
  running[0]?.show({ kind: 'sign-in', url }, () => true)
  running[0]?.show({ kind: 'step', step: 'connect' })
  expect(tries.take('boss', id, 'late')).toBeNull()
  expect(tries.take('boss', 'unknown', 'right')).toBeNull()
})

test.each<[string, readonly string[], boolean]>([
  ['127.0.0.1', [], false],
  ['10.0.0.7', [], false],
  ['169.254.169.254', [], true],
  ['[fe80::1]', [], true],
  ['fe80::1%eth0', [], true],
  ['::ffff:169.254.169.254', [], true],
  ['fd00:ec2::254', [], true],
  ['fd00::7', [], false],
  ['0.0.0.0', [], true],
  ['255.255.255.255', [], true],
  ['metadata.example', ['169.254.169.254'], true],
  ['mixed.example', ['192.0.2.1', '169.254.1.1'], true],
  ['mail.example', ['192.0.2.1', '2001:db8::1'], false],
  ['unknown.example', [], false],
])('%s (%j) is refused: %s', async (host, addresses, expected) => {
  const resolve = async () => {
    if (addresses.length === 0) throw new Error('ENOTFOUND')
    return addresses.map((address) => ({ address }))
  }
  expect(await isRefusedHost(host, resolve)).toBe(expected)
})
