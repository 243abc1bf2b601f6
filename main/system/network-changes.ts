/**
 * Pure: what has happened between two moments at which somebody looked. There is no timer for it: it is looked at when
 * something else comes by, the end of a poll for example, which is once a minute at the least.
 */

export interface NetworkSnapshot {
  /** Epoch milliseconds: changes when the clock is set, and goes on while the machine sleeps. */
  readonly wallMs: number
  /** Milliseconds of a clock that nobody sets. Whether it goes on in a sleep depends on the system. */
  readonly monotonicMs: number
  /** The addresses of the network interfaces, as one text. */
  readonly network: string
}

export type NetworkChange =
  /** The clocks disagree: one was set, or the machine slept where only one of them goes on. */
  | 'clock'
  /** Nothing ran for longer than it ever rests: the process was stopped, or the virtual machine paused. */
  | 'standstill'
  | 'network'

/** What a clock is corrected by in passing is less. */
const DRIFT_MS = 5_000
/** A poll, with the grace that it has, ends within 65 s. */
const PAUSE_MS = 90_000

export function changeBetween(before: NetworkSnapshot, now: NetworkSnapshot): NetworkChange | null {
  const wall = now.wallMs - before.wallMs
  const monotonic = now.monotonicMs - before.monotonicMs
  if (Math.abs(wall - monotonic) > DRIFT_MS) return 'clock'
  if (monotonic > PAUSE_MS) return 'standstill'
  return now.network === before.network ? null : 'network'
}

export interface InterfaceAddress {
  readonly address: string
  readonly internal: boolean
}

/** One text for the addresses by which this machine reaches others; the same for the same ones in any order. */
export function interfacesFingerprint(interfaces: Readonly<Record<string, readonly InterfaceAddress[] | undefined>>): string {
  const external = Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap(({ address, internal }) => (internal ? [] : [`${name} ${address}`])),
  )
  return external.toSorted().join('\n')
}
