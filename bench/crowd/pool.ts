/**
 * The servers, as a balancer knows them: a new connection goes to the one with the fewest, never to one that is leaving, and for a
 * while not to one that has just refused one.
 */
import type { SocketSource } from '../tools/http-socket.ts'

const REFUSED_MS = 1_000
/** The ports that connections come from. */
const FIRST_PORT = 10_000
const PORTS = 50_000

export type Pool = ReturnType<typeof createPool>

/**
 * @param now monotonic milliseconds
 * @param localAddress a loopback address of this process: of one address, the system finds a free port ever more slowly
 */
export function createPool(now: () => number, localAddress: string) {
  let sources = 0
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
    /** Where the next connection comes from. */
    source(): SocketSource {
      sources += 1
      return { localAddress, localPort: FIRST_PORT + (sources % PORTS) }
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
