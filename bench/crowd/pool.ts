/** The servers, as a balancer knows them: a new connection goes to the one with the fewest, and never to one that is leaving. */
export type Pool = ReturnType<typeof createPool>

export function createPool() {
  let ports: readonly number[] = []
  const connections = new Map<number, number>()
  const countOf = (port: number): number => connections.get(port) ?? 0
  return {
    replace(next: readonly number[]): void {
      ports = next
    },
    /** The port with the fewest connections, but for `except`. */
    pick(except: ReadonlySet<number>): number | undefined {
      let best: number | undefined
      for (const port of ports) if (!except.has(port) && (best === undefined || countOf(port) < countOf(best))) best = port
      return best
    },
    count: (port: number, by: 1 | -1): void => void connections.set(port, countOf(port) + by),
    /** Any port but this one, if there is another. */
    other(port: number): number {
      const index = ports.indexOf(port)
      return ports[(index + 1) % ports.length] ?? port
    },
  }
}
