export type WakeSignal = ReturnType<typeof createWakeSignal>

/** Wakes one sleeper. Wakes while nothing sleeps are remembered: any number of them makes one early wake-up. */
export function createWakeSignal(signal: AbortSignal) {
  let isWoken = false
  let onWake: (() => void) | null = null

  return {
    wake() {
      isWoken = true
      onWake?.()
    },
    /** Sleeps `maxMs`, or less after a wake, but at least `minMs`. Rejects with the reason of the aborted signal. */
    sleep(minMs: number, maxMs: number) {
      return new Promise<void>((resolve, reject) => {
        if (signal.aborted) return void reject(signal.reason)
        const startedAtMs = performance.now()
        const end = (settle: () => void): void => {
          clearTimeout(timer)
          onWake = null
          signal.removeEventListener('abort', abandon)
          isWoken = false
          settle()
        }
        const awake = (): void => end(resolve)
        const abandon = (): void => end(() => reject(signal.reason))
        let timer = setTimeout(awake, maxMs)
        onWake = () => {
          onWake = null
          clearTimeout(timer)
          const leftMs = minMs - (performance.now() - startedAtMs)
          if (leftMs <= 0) awake()
          else timer = setTimeout(awake, leftMs)
        }
        signal.addEventListener('abort', abandon, { once: true })
        if (isWoken) onWake()
      })
    },
  }
}
