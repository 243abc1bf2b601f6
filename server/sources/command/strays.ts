/**
 * Processes that left the process group of the program that started them (daemons, `setsid`). They are known by a variable
 * that they inherit, which Linux shows. Not found: one that removed the variable, or that runs as another user.
 */
import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'

const VARIABLE = 'MAILBELL_RUN'
/** A stray may start another one while it is looked for. */
const MAX_ROUNDS = 5

export function createMark() {
  const value = randomUUID()
  return {
    env: { [VARIABLE]: value },
    /** Kills the marked processes that started after `pid`. Elsewhere than on Linux, it does nothing. */
    async killStrays(pid: number): Promise<void> {
      if (process.platform !== 'linux') return
      for (let round = 0; round < MAX_ROUNDS; round++) if (!(await killOnce(pid, `${VARIABLE}=${value}`))) return
    },
  }
}

/** False if there was none. */
async function killOnce(pid: number, variable: string): Promise<boolean> {
  let isFound = false
  for (const candidate of await pidsAfter(pid)) {
    const environment = await readFile(`/proc/${candidate}/environ`, 'latin1').catch(() => '')
    if (!environment.split('\0').includes(variable)) continue
    isFound = true
    kill(candidate)
  }
  return isFound
}

/** Numbers grow, until the system starts over with low ones; then all processes are candidates. */
async function pidsAfter(pid: number): Promise<readonly number[]> {
  const [names, load] = await Promise.all([readdir('/proc').catch(() => []), readFile('/proc/loadavg', 'utf8').catch(() => '')])
  const isOverrun = !(Number(load.trim().split(' ').at(-1)) >= pid)
  return names.map(Number).filter((candidate) => candidate !== process.pid && (candidate > pid || (isOverrun && candidate > 0)))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
