/** Other programs of the person: started beside the app, without a shell, and left alone. */
import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const ANSWER_MS = 5_000

/** Resolves once it runs. @throws where it cannot be started */
export async function startProgram([program, ...args]: readonly [string, ...string[]]): Promise<void> {
  const child = spawn(program, args, { detached: true, stdio: 'ignore', windowsHide: true })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  child.unref()
}

/** What it prints; null where it is not there, fails, or takes too long. */
export async function askProgram(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await execute(program, args, { timeout: ANSWER_MS, windowsHide: true, maxBuffer: 65_536 })
    return stdout.trim()
  } catch {
    return null
  }
}
