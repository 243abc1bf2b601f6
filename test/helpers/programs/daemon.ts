/** Runs servers as child processes. Under root they run as another user, because they refuse to run as root. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { promisify } from 'node:util'

const isRoot = process.getuid?.() === 0

/** The words that run a program as `user` under root. Linux sends it SIGTERM when this process ends, however that happens. */
function prefixOf(user: string, group: string): readonly string[] {
  const identity = isRoot ? [`--reuid=${user}`, `--regid=${group}`, '--init-groups'] : []
  return process.platform === 'linux' ? ['setpriv', '--pdeathsig=TERM', ...identity] : []
}

/** @param group defaults to the group named like the user. */
export async function runAs(user: string, program: string, args: readonly string[], cwd: string, group = user): Promise<void> {
  const [command = program, ...all] = [...prefixOf(user, group), program, ...args]
  await promisify(execFile)(command, all, { cwd })
}

export interface Daemon {
  /** The output, for error messages. */
  output(): string
  readonly exited: boolean
  /** Signals the server and its child processes. */
  signal(signal: NodeJS.Signals): void
  /** Sends the signal, and SIGKILL to what is left after the exit or the grace period. Resolves when no process is left. */
  stop(signal: NodeJS.Signals, graceMs?: number): Promise<void>
}

/**
 * The server leads a process group, so that a signal also reaches a child process that has just started. Those of PostgreSQL
 * have groups of their own, and end with the server.
 * @param group defaults to the group named like the user.
 */
export function startDaemon(user: string, program: string, args: readonly string[], cwd: string, group = user): Daemon {
  const [command = program, ...all] = [...prefixOf(user, group), program, ...args]
  // setpriv executes the program in its own process, so that the child's pid is the server's.
  const child: ChildProcess = spawn(command, all, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString()))
  // The output closes when the last process that writes to it has ended.
  const [exited, closed] = [once(child, 'exit'), once(child, 'close')]

  function signalGroup(signal: NodeJS.Signals): void {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal)
    } catch {
      // The group has no process left.
    }
  }

  return {
    output: () => output,
    get exited() {
      return child.exitCode !== null || child.signalCode !== null
    },
    signal: signalGroup,
    async stop(signal, graceMs = 10_000) {
      signalGroup(signal)
      const enforce = setTimeout(() => signalGroup('SIGKILL'), graceMs)
      await exited
      clearTimeout(enforce)
      signalGroup('SIGKILL')
      await closed
    },
  }
}

const givenPorts = new Set<number>()

/** A currently free loopback port. Never returns the same port twice, because a server that is starting may not listen on its port yet. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  if (givenPorts.has(port)) return await freePort()
  givenPorts.add(port)
  return port
}

/** Whether the server sends its greeting. */
export async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'data', { signal: AbortSignal.timeout(2_000) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
