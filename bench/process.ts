/** What the system says of a process: CPU time and resident memory (Linux, proc(5)). */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const TICKS_PER_SECOND = 100

/** Seconds of CPU, user and system, that these processes have used so far. */
export function cpuSecondsOf(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks / TICKS_PER_SECOND
}

/** Bytes of memory that these processes hold in RAM. */
export function residentBytesOf(pids: readonly number[]): number {
  let bytes = 0
  for (const pid of pids) {
    const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    bytes += Number(kibibytes ?? 0) * 1024
  }
  return bytes
}

/** How often the threads of a process have gone to sleep so far: as often as they were woken. */
function switchesOf(pid: number): number {
  let switches = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')
    switches += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0)
  }
  return switches
}

/** A time in which something ran, however many threads of however many processes: one wake of the machine. */
export interface Wake {
  /** Seconds since the watch began. */
  readonly atSeconds: number
  /** Who ran, by the names that were given. */
  readonly who: ReadonlySet<string>
}

const SAMPLE_MS = 50
/** A question and its answer, and what follows from it, are one wake. */
const APART_MS = 250

/** Watches processes for a while. */
export async function watchWakes(processes: ReadonlyMap<string, number>, seconds: number): Promise<readonly Wake[]> {
  const wakes: { atSeconds: number; who: Set<string> }[] = []
  const before = new Map(Array.from(processes, ([name, pid]) => [name, switchesOf(pid)]))
  const startedAtMs = performance.now()
  let lastMs = Number.NEGATIVE_INFINITY
  while (performance.now() - startedAtMs < seconds * 1000) {
    await sleep(SAMPLE_MS)
    const nowMs = performance.now()
    for (const [name, pid] of processes) {
      const switches = switchesOf(pid)
      if (switches === before.get(name)) continue
      before.set(name, switches)
      const isNew = nowMs - lastMs > APART_MS
      lastMs = nowMs
      if (isNew) wakes.push({ atSeconds: (nowMs - startedAtMs) / 1000, who: new Set([name]) })
      else wakes.at(-1)?.who.add(name)
    }
  }
  return wakes
}

export function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN)
}
