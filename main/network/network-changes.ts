/** Pure: what changed between two snapshots of network and clocks. They are taken when a poll ends: at least once a minute. */

export interface NetworkSnapshot {
  /** Epoch milliseconds: changes when the clock is set, and advances during a sleep. */
  readonly wallMs: number
  /** Milliseconds of a clock that cannot be set. Whether it advances during a sleep depends on the system. */
  readonly monotonicMs: number
  /** `interfacesFingerprint`. */
  readonly network: string
}

export type NetworkChange =
  /** The clocks disagree: one was set, or the machine slept and only one of them advanced. */
  | 'clock'
  /** The process was stopped, or the virtual machine paused. */
  | 'standstill'
  | 'network'

/** Routine clock corrections are smaller. */
const DRIFT_MS = 5_000
/** A poll, with its grace, ends within 65 s. */
const STANDSTILL_MS = 90_000

export function changeBetween(before: NetworkSnapshot, now: NetworkSnapshot): NetworkChange | null {
  const wall = now.wallMs - before.wallMs
  const monotonic = now.monotonicMs - before.monotonicMs
  if (Math.abs(wall - monotonic) > DRIFT_MS) return 'clock'
  if (monotonic > STANDSTILL_MS) return 'standstill'
  return now.network === before.network ? null : 'network'
}

type Interfaces = Readonly<Record<string, readonly { readonly address: string; readonly internal: boolean }[] | undefined>>

/** The external addresses of this machine as one text, equal for the same addresses in any order. */
export function interfacesFingerprint(interfaces: Interfaces): string {
  const external = Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap(({ address, internal }) => (internal ? [] : [`${name} ${address}`])),
  )
  return external.toSorted().join('\n')
}
