/** Runs the built `mailbell` command as a child process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

export const CLI_PATH = fileURLToPath(new URL('../../dist/server/cli/main.js', import.meta.url))

export interface RunningCommand {
  readonly child: ChildProcess
  /** The output so far. */
  readonly stdout: () => string
  readonly stderr: () => string
  /** Sends a signal; resolves with the exit code, or with the signal that ended the process. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>
}

/** Starts `mailbell ARGS…`. `env` must contain MAILBELL_DATA_DIR; `prefix` may name a program that starts it. */
export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  prefix: readonly string[] = [],
  cliPath = CLI_PATH,
): RunningCommand {
  const [program = process.execPath, ...words] = [...prefix, process.execPath, cliPath, ...args]
  const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exited = once(child, 'exit')
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await exited
      return child.exitCode ?? child.signalCode
    },
  }
}

/** Runs `mailbell ARGS…` and waits for its exit. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const command = startCommand(args, env)
  if (command.child.exitCode === null) await once(command.child, 'close')
  return { code: command.child.exitCode, stdout: command.stdout(), stderr: command.stderr() }
}

/** A server started by the command, with its address and its token, if it generated one. */
export interface ServedCommand extends RunningCommand {
  readonly url: string
  readonly token: string
}

/** Starts `mailbell serve ARGS…` and waits for its printed address. */
export async function serveCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  prefix?: readonly string[],
  cliPath?: string,
): Promise<ServedCommand> {
  const command = startCommand(['serve', ...args], env, prefix, cliPath)
  const address = await until(() => {
    if (command.child.exitCode !== null) throw new Error(`mailbell serve ended: ${command.stderr()}`)
    return /^Mailbell is at (http:\/\/[^\s/]+)\/(?:#code=\S+\n.*\n(\S+))?\n/.exec(command.stdout())
  }, 20_000)
  return { ...command, url: address[1] ?? '', token: address[2] ?? '' }
}
