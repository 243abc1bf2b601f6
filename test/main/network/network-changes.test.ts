import { expect, test } from 'vitest'
import { interfacesFingerprint, changeBetween, type NetworkSnapshot } from '../../../main/network/network-changes.ts'

const BEFORE: NetworkSnapshot = { wallMs: 1_000_000, monotonicMs: 5_000, network: 'eth0 192.0.2.7' }
const after = (wall: number, monotonic: number, network = BEFORE.network): NetworkSnapshot => ({
  wallMs: BEFORE.wallMs + wall,
  monotonicMs: BEFORE.monotonicMs + monotonic,
  network,
})

test.each([
  ['a minute passed', after(60_000, 60_000), null],
  ['a routine clock correction', after(61_000, 60_000), null],
  ['the clock was set back', after(-3_600_000, 1_000), 'clock'],
  ['a sleep during which only the wall clock advances', after(86_400_000, 30_000), 'clock'],
  ['a paused virtual machine whose wall clock advanced', after(120_000, 10), 'clock'],
  ['a process that was stopped', after(600_000, 600_000), 'standstill'],
  ['another network', after(30_000, 30_000, 'wlan0 198.51.100.9'), 'network'],
  ['the network disappeared', after(30_000, 30_000, ''), 'network'],
] as const)('%s', (_what, now, happening) => {
  expect(changeBetween(BEFORE, now)).toBe(happening)
})

test('the fingerprint depends on the external addresses, not on their order', () => {
  const lo = [{ address: '127.0.0.1', internal: true }]
  const eth = [
    { address: '192.0.2.7', internal: false },
    { address: '2001:db8::7', internal: false },
  ]
  expect(interfacesFingerprint({ lo, eth0: eth })).toBe(interfacesFingerprint({ eth0: eth.toReversed(), lo: [] }))
  expect(interfacesFingerprint({ eth0: eth })).not.toBe(interfacesFingerprint({ eth0: eth.slice(1) }))
  expect(interfacesFingerprint({ lo, tun0: undefined })).toBe('')
})
