/** A network path between two machines, which can be cut and mended. */
export interface SimWire {
  readonly isUp: boolean
  /** Grows with each cut: a connection from before one is dead after it. */
  readonly life: number
  /** While it is cut: whether a request fails at once, or gets no answer. */
  readonly isReported: boolean
  cut(isReported: boolean): void
  mend(): void
  /** Calls `listener` when it is cut and that is reported; returns what ends that. */
  onBreak(listener: () => void): () => void
}

export function createWire(): SimWire {
  const listeners = new Set<() => void>()
  let isUp = true
  let isReported = true
  let life = 1
  return {
    get isUp() {
      return isUp
    },
    get life() {
      return life
    },
    get isReported() {
      return isReported
    },
    cut(reported) {
      if (!isUp) return
      isUp = false
      isReported = reported
      life += 1
      if (reported) for (const listener of Array.from(listeners)) listener()
    },
    mend() {
      isUp = true
    },
    onBreak(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
