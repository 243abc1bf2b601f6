/**
 * The servers, as a balancer knows them: a new connection goes to the one with the fewest, never to one that is leaving, and for a
 * while not to one that has just refused one.
 */
const REFUSED_MS = 1_000

export type Pool = ReturnType<typeof createPool>

export function createPool(now: () => number) {
  let ports: readonly number[] = []
  const connections = new Map<number, number>()
  const refusedAtMs = new Map<number, number>()
  const countOf = (port: number): number => connections.get(port) ?? 0
  const isRefusing = (port: number): boolean => now() - (refusedAtMs.get(port) ?? -Infinity) < REFUSED_MS
  return {
    replace(next: readonly number[]): void {
      ports = next
    },
    /** The port with the fewest connections; undefined if all refuse them. */
    pick(): number | undefined {
      let best: number | undefined
      for (const port of ports) if (!isRefusing(port) && (best === undefined || countOf(port) < countOf(best))) best = port
      return best
    },
    refused: (port: number): void => void refusedAtMs.set(port, now()),
    count: (port: number, by: 1 | -1): void => void connections.set(port, countOf(port) + by),
    /** Any port but this one, if there is another. */
    other(port: number): number {
      const index = ports.indexOf(port)
      return ports[(index + 1) % ports.length] ?? port
    },
  }
}
