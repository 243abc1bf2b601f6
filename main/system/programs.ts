/** Starts other programs, without a shell. */
import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const OUTPUT_TIMEOUT_MS = 5_000

/** Starts a program that outlives the app; resolves once it runs. @throws if it cannot be started */
export async function startProgram([program, ...args]: readonly [string, ...string[]]): Promise<void> {
  const child = spawn(program, args, { detached: true, stdio: 'ignore', windowsHide: true })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  child.unref()
}

/** Trimmed stdout; null if the program is missing, fails, or takes too long. */
export async function readOutput(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await execute(program, args, { timeout: OUTPUT_TIMEOUT_MS, windowsHide: true, maxBuffer: 65_536 })
    return stdout.trim()
  } catch {
    return null
  }
}

/** Calls `onOutput` whenever the program prints; returns a function that ends it. A program that is missing prints nothing. */
export function followOutput(program: string, args: readonly string[], onOutput: () => void): () => void {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true })
  child.on('error', () => undefined)
  child.stdout.on('data', onOutput)
  child.unref()
  return () => void child.kill()
}
