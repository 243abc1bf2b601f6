/** The `mailbell` command: its parts put together, and what its end tells the shell. */
import { Command, CommanderError } from 'commander'
import { addAdd } from './add/add.ts'
import { addCheck } from './check.ts'
import { addCompletion } from './completion.ts'
import { addCount } from './count.ts'
import { addDemo } from './demo.ts'
import { addHealth } from './health.ts'
import { CommandError } from './command-error.ts'
import { addLogin } from './login.ts'
import { addServe } from './serve.ts'
import { addToken } from './token.ts'
import { addWatch } from './watch.ts'
import { VERSION } from '../platform/version.ts'

const USAGE = 2

/** With all its commands, for whoever describes them. */
export const program = new Command('mailbell')
  .description('Tells you the moment the number of your unread mails changes.')
  .version(VERSION)
  .exitOverride()
  .addHelpText(
    'after',
    `
Try it out, in two shells:
  mailbell serve --demo
  mailbell deliver demo

MAILBELL_DATA_DIR moves the data directory, where the demo mailbox, the last known counts and mailbell.yml are.
Exit codes: 0 it worked, 1 it did not, 2 it was asked wrongly.`,
  )
addServe(program)
addWatch(program)
addCount(program)
addDemo(program)
addToken(program)
addAdd(program)
addCheck(program)
addLogin(program)
addHealth(program)
// Last, for it completes what is there.
addCompletion(program)

function exitCodeOf(error: unknown): number {
  // Commander has said what is wrong already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
  const message = error instanceof Error ? error.message : String(error)
  for (const line of message.split('\n')) console.error(`mailbell: ${line}`)
  return error instanceof CommandError ? error.exitCode : 1
}

export async function main(): Promise<void> {
  try {
    await program.parseAsync()
  } catch (error) {
    process.exitCode = exitCodeOf(error)
  }
}
