/** Wakes one sleeper: a ring while nobody sleeps is kept, so that any number of them makes one early waking. */
export interface WakeSignal {
  ring(): void
  /** Sleeps for `mostMs`, or less where it rings, but then `leastMs` at the least; rejects with the signal's reason. */
  sleep(leastMs: number, mostMs: number): Promise<void>
}

export function createWakeSignal(signal: AbortSignal): WakeSignal {
  let rung = false
  let onRing: (() => void) | null = null

  return {
    ring() {
      rung = true
      onRing?.()
    },
    sleep(leastMs, mostMs) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return void reject(signal.reason)
        const sinceMs = performance.now()
        const stop = (): void => {
          clearTimeout(timer)
          onRing = null
          signal.removeEventListener('abort', abandon)
          rung = false
        }
        const wake = (): void => {
          stop()
          resolve()
        }
        const abandon = (): void => {
          stop()
          reject(signal.reason)
        }
        let timer = setTimeout(wake, mostMs)
        onRing = () => {
          onRing = null
          clearTimeout(timer)
          const leftMs = leastMs - (performance.now() - sinceMs)
          if (leftMs <= 0) wake()
          else timer = setTimeout(wake, leftMs)
        }
        signal.addEventListener('abort', abandon, { once: true })
        if (rung) onRing()
      })
    },
  }
}
