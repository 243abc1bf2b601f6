/** utilityProcess: a real child process, with `process.parentPort` put in place before the entry runs. */
import { type ChildProcess, fork } from 'node:child_process'
import { HostEmitter } from '../emitter.ts'
import type { UtilityProcess } from 'electron'
import { hostCalls, scenario } from '../scenario.ts'

const children = new Set<ChildProcess>()
const shimUrl = `${new URL('parent-port.ts', import.meta.url).href}?platform=${scenario.platform}`

class HostUtilityProcess extends HostEmitter {
  readonly #child: ChildProcess
  stdout: NodeJS.ReadableStream | null
  stderr: NodeJS.ReadableStream | null

  constructor(path: string, args: string[], env: NodeJS.ProcessEnv) {
    super()
    const { NODE_COMPILE_CACHE = '' } = process.env
    this.#child = fork(path, args, {
      // An empty path is no cache.
      env: { ...env, NODE_COMPILE_CACHE },
      // Flags that load the stand-in come first, and then those for every process of the app.
      execArgv: ['--import', shimUrl, ...process.execArgv.slice(2)],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    children.add(this.#child)
    this.stdout = this.#child.stdout
    this.stderr = this.#child.stderr
    this.#child.on('message', (message) => void this.emit('message', message))
    // 'exit' reports a pipe that breaks because the other process has ended.
    this.#child.on('error', () => undefined)
    this.#child.on('exit', (code) => {
      children.delete(this.#child)
      this.emit('exit', code ?? 1)
    })
  }
  get pid(): number | undefined {
    return this.#child.pid
  }
  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object)
  }
  kill(): boolean {
    return this.#child.kill('SIGTERM')
  }
}

export const utilityProcess = {
  fork: (path: string, args: string[] = [], { env = process.env }: { env?: NodeJS.ProcessEnv } = {}) =>
    new HostUtilityProcess(path, args, env) satisfies Pick<UtilityProcess, 'pid' | 'postMessage' | 'kill' | 'stdout' | 'stderr'>,
}

hostCalls.serverPids = () => Array.from(children, ({ pid }) => pid ?? 0)
