/** The built command with a data directory of its own, for each test of a file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { type RunningCommand, runCommand, type ServedCommand, serveCommand, startCommand } from './cli.ts'

export function useCommands() {
  let folder = ''
  let started: RunningCommand[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailbell-cli-'))
    started = []
  })
  afterEach(async () => {
    for (const command of started) await command.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  const env = () => ({ MAILBELL_DATA_DIR: folder, MAILBELL_SERVER: '', MAILBELL_TOKEN: '', MAILBELL_CONFIG: '' })
  return {
    env,
    /** A path in the data directory. */
    inFolder: (...parts: string[]): string => join(folder, ...parts),
    mailbell: (...args: string[]) => runCommand(args, env()),
    /** Ended after the test, as is what `start` started. */
    async serve(...args: string[]): Promise<ServedCommand> {
      const command = await serveCommand(['--port', '0', ...args], env())
      started.push(command)
      return command
    },
    start(...args: string[]): RunningCommand {
      const command = startCommand(args, env())
      started.push(command)
      return command
    },
  }
}
