/** The `mailbell` command: its subcommands, and its exit codes. */
import { Command, CommanderError } from 'commander'
import { addCompletion } from './completion.ts'
import { addCommands } from './commands.ts'
import { CommandError } from './command-error.ts'
import { errorCodeOf, errorTextOf } from '../../common/errors.ts'
import { withoutControls } from '../../common/text.ts'
import { VERSION } from '../platform/version.ts'

const FAILURE = 1
const USAGE_ERROR = 2

/** Exported for the manual page and the completion. */
export const program = new Command('mailbell')
  .description('Instant unread email counts.')
  .version(VERSION)
  .exitOverride()
  .addHelpText(
    'after',
    `
To try it, run in two shells:
  mailbell serve --demo
  mailbell deliver demo

MAILBELL_DATA_DIR sets the data directory, which holds the demo mailbox, the last known counts and mailbell.yml.
Exit codes: 0 success, 1 failure, 2 usage error.`,
  )
addCommands(program)
// Last, because it completes the commands added before.
addCompletion(program)

function exitCodeOf(error: unknown): number {
  // Commander has printed the error already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR
  const message = errorTextOf(error)
  for (const line of message.split('\n')) console.error(`mailbell: ${withoutControls(line)}`)
  return error instanceof CommandError ? error.exitCode : 1
}

/** Fails a command whose output cannot be written (a full disk). A server goes on, and a reader may leave early. */
function followOutput(): void {
  let isServer = false
  program.hook('preAction', (_program, command) => void (isServer = command.name() === 'serve'))
  // Nothing can be written about it; the exit code stays.
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (error) => {
    if (isServer || process.exitCode === FAILURE || errorCodeOf(error) === 'EPIPE') return
    process.exitCode = FAILURE
    console.error(`mailbell: The output cannot be written (${errorCodeOf(error)}).`)
  })
}

export async function main(): Promise<void> {
  followOutput()
  try {
    await program.parseAsync()
  } catch (error) {
    process.exitCode = exitCodeOf(error) || process.exitCode
  }
}
