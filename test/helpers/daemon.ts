/** Runs servers as child processes. Under root they run as another user, because they refuse to run as root. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { promisify } from 'node:util'

const isRoot = process.getuid?.() === 0

/** The command and arguments that run `program` as `user` under root. */
function asUser(user: string, program: string, args: readonly string[], group = user): [string, string[]] {
  return isRoot ? ['setpriv', [`--reuid=${user}`, `--regid=${group}`, '--init-groups', program, ...args]] : [program, [...args]]
}

/** @param group defaults to the group named like the user. */
export async function runAs(user: string, program: string, args: readonly string[], cwd: string, group = user): Promise<void> {
  await promisify(execFile)(...asUser(user, program, args, group), { cwd })
}

export interface Daemon {
  /** The output, for error messages. */
  output(): string
  readonly exited: boolean
  signal(signal: NodeJS.Signals): void
  /** Sends the signal and waits for the exit, which SIGKILL enforces after 10 s. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** @param group defaults to the group named like the user. */
export function startDaemon(user: string, program: string, args: readonly string[], cwd: string, group = user): Daemon {
  const [command, all] = asUser(user, program, args, group)
  // setpriv executes the program in its own process, so that the child's pid is the server's.
  const child: ChildProcess = spawn(command, all, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString()))
  const exit = once(child, 'exit')
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null
  return {
    output: () => output,
    get exited() {
      return hasExited()
    },
    signal: (signal) => void child.kill(signal),
    async stop(signal = 'SIGINT') {
      if (!hasExited()) child.kill(signal)
      const enforce = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await exit
      clearTimeout(enforce)
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

/** Stops a server together with its child processes, because a session can outlive the server. */
export async function stopFamily(daemon: Daemon, pidFile: string): Promise<void> {
  const pid = (await readFile(pidFile, 'utf8')).trim()
  // ps fails if the process has no child.
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', pid]).catch(() => ({ stdout: '' }))
  await daemon.stop('SIGTERM')
  for (const child of stdout.split(/\s+/).filter(Boolean).map(Number)) endProcess(child)
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // The process has already exited.
  }
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
