/** A way between two machines, which is cut and mended. */
export interface SimWire {
  readonly isUp: boolean
  /** Grows with each cut: a connection from before one is dead after it. */
  readonly life: number
  /** Whether who asks while it is cut is told so at once, or hears nothing. */
  readonly tells: boolean
  cut(tells: boolean): void
  mend(): void
  /** Calls `listener` when it is cut and that is told; returns what ends that. */
  onBreak(listener: () => void): () => void
}

export function createWire(): SimWire {
  const listeners = new Set<() => void>()
  let isUp = true
  let tells = true
  let life = 1
  return {
    get isUp() {
      return isUp
    },
    get life() {
      return life
    },
    get tells() {
      return tells
    },
    cut(told) {
      if (!isUp) return
      isUp = false
      tells = told
      life += 1
      if (told) for (const listener of Array.from(listeners)) listener()
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
