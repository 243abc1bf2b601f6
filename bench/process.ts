/** What the system says of a process: CPU time and resident memory (Linux, proc(5)). */
import { readFileSync } from 'node:fs'

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

/** How often the first thread of a process, which runs its JavaScript, has gone to sleep so far: as often as it was woken. */
export function wakesOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/task/${pid}/status`, 'utf8')
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN)
}

export function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN)
}
