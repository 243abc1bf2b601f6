/** A network path between two machines that can be cut and restored. */
export interface SimWire {
  readonly isUp: boolean
  /** Increases with each cut: earlier connections are dead. */
  readonly generation: number
  /** While the wire is cut: whether a request fails at once, or gets no response. */
  readonly isReported: boolean
  cut(isReported: boolean): void
  restore(): void
  /** Calls `listener` at a reported cut; returns a function that unsubscribes it. */
  onBreak(listener: () => void): () => void
}

export function createWire(): SimWire {
  const listeners = new Set<() => void>()
  let isUp = true
  let isReported = true
  let generation = 1
  return {
    get isUp() {
      return isUp
    },
    get generation() {
      return generation
    },
    get isReported() {
      return isReported
    },
    cut(reported) {
      if (!isUp) return
      isUp = false
      isReported = reported
      generation += 1
      if (reported) for (const listener of Array.from(listeners)) listener()
    },
    restore() {
      isUp = true
    },
    onBreak(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
