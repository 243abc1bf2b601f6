/** CPU time and resident memory of processes (Linux, proc(5)). */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const TICKS_PER_SECOND = 100

/** The CPU time of these processes so far (user and system), in seconds. */
export function cpuSecondsOf(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks / TICKS_PER_SECOND
}

/** The resident memory of these processes, in bytes. */
export const residentBytesOf = (pids: readonly number[]): number => bytesOf('VmRSS', pids)

/** Their resident memory that is in no file: what they allocated, in bytes. */
export const anonymousBytesOf = (pids: readonly number[]): number => bytesOf('RssAnon', pids)

function bytesOf(field: 'VmRSS' | 'RssAnon', pids: readonly number[]): number {
  let bytes = 0
  for (const pid of pids) {
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    bytes += Number(kibibytes ?? 0) * 1024
  }
  return bytes
}

/** How often the threads of a process have slept so far, which equals how often they woke. */
function switchesOf(pid: number): number {
  let switches = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')
    switches += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0)
  }
  return switches
}

/** A burst of activity of any of the processes: one wake of the machine. */
export interface Wake {
  /** Seconds since the start of the measurement. */
  readonly atSeconds: number
  /** The names of the active processes. */
  readonly names: ReadonlySet<string>
}

const SAMPLE_MS = 50
/** Activity within this time is one wake, such as a request and its response. */
const APART_MS = 250

/** Records the wakes of the processes for `seconds`. */
export async function watchWakes(processes: ReadonlyMap<string, number>, seconds: number): Promise<readonly Wake[]> {
  const wakes: { atSeconds: number; names: Set<string> }[] = []
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
      if (isNew) wakes.push({ atSeconds: (nowMs - startedAtMs) / 1000, names: new Set([name]) })
      else wakes.at(-1)?.names.add(name)
    }
  }
  return wakes
}

export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

export function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN)
}

/** How many files a process that this one starts may open. */
export function openFilesLimit(): number {
  return Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1])
}
