/** A database server as a child process: as another user where this one is root, which such servers refuse. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { promisify } from 'node:util'

const isRoot = process.getuid?.() === 0

/** The command and arguments that run `program` as `user`, where that is needed. */
function asUser(user: string, program: string, args: readonly string[], group = user): [string, string[]] {
  return isRoot ? ['setpriv', [`--reuid=${user}`, `--regid=${group}`, '--init-groups', program, ...args]] : [program, [...args]]
}

/** @param group the user's own where it has one. */
export async function runAs(user: string, program: string, args: readonly string[], cwd: string, group = user): Promise<void> {
  await promisify(execFile)(...asUser(user, program, args, group), { cwd })
}

export interface Daemon {
  /** What it wrote, for a message when it does not start. */
  output(): string
  readonly exited: boolean
  signal(signal: NodeJS.Signals): void
  /** Ends it and waits for that. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** @param group the user's own where it has one. */
export function startDaemon(user: string, program: string, args: readonly string[], cwd: string, group = user): Daemon {
  const [command, all] = asUser(user, program, args, group)
  // setpriv becomes the program, so that the child's id is the server's own.
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
      await exit
    },
  }
}

const givenPorts = new Set<number>()

/** A port of loopback that was free a moment ago; never the same twice, for servers that start at once have not taken theirs yet. */
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

/** Ends a server together with the processes that it has started: a session would live on for a while without it. */
export async function stopFamily(daemon: Daemon, pidFile: string): Promise<void> {
  const pid = (await readFile(pidFile, 'utf8')).trim()
  // It fails where there is no child: then there is nothing to end either.
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', pid]).catch(() => ({ stdout: '' }))
  await daemon.stop('SIGTERM')
  for (const child of stdout.split(/\s+/).filter(Boolean).map(Number)) endProcess(child)
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** True where a server that speaks first does so. */
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
