/** `mailbell completion SHELL`: a script with which the shell gets completions from the command itself. */
import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'

/** Without these, bash would never fall back to file names, and would report an error if the script is sourced twice. */
const BEFORE_BASH = 'if ! declare -F __mailbell_complete >/dev/null; then'
const AFTER_BASH = 'complete -o default -F __mailbell_complete mailbell\nfi'
/** Values that are file names, which the shell completes best. */
const FILE = /<(?:file|path)>/
/** "Complete files" for the scripts of all four shells. */
const FILES = ':0'

/** Comes last, because it completes the commands that `program` has. */
export function addCompletion(program: Command): void {
  const completions = tab(program, { completionCommandName: 'completion' })
  const complete = completions.parse.bind(completions)
  completions.parse = (words) => (expectsFile(program, words) ? console.log(FILES) : complete(words))

  const scripts = program.commands.find((command) => command.name() === 'completion')
  scripts?.description('print a completion script for the shell')
  scripts?.hook('preAction', (_program, { args: [shell] }) => void (shell === 'bash' && console.log(BEFORE_BASH)))
  scripts?.hook('postAction', (_program, { args: [shell] }) => void (shell === 'bash' && console.log(AFTER_BASH)))
}

/** Whether the last word, which is being typed, is the value of an option that takes a file. */
export function expectsFile(program: Command, words: readonly string[]): boolean {
  const [last = '', before = ''] = words.toReversed()
  const name = last.startsWith('--') ? last.split('=', 1)[0] : before
  if (last.startsWith('-') && !last.includes('=')) return false
  return commandOf(program, words).options.some(({ long, flags }) => long === name && FILE.test(flags))
}

function commandOf(program: Command, words: readonly string[]): Command {
  let command = program
  for (const word of words) command = command.commands.find((each) => each.name() === word) ?? command
  return command
}
