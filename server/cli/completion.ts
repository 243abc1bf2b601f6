/** `mailbell completion SHELL`: what a shell needs to ask the command itself for what may come next. */
import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'

/** Bash would complete no file where nothing else fits, and would complain where the script is taken in twice. */
const BEFORE_BASH = 'if ! declare -F __mailbell_complete >/dev/null; then'
const AFTER_BASH = 'complete -o default -F __mailbell_complete mailbell\nfi'
/** A value of these is the name of a file, which shells know best. */
const FILE = /<(?:file|path)>/
/** "Complete files", as the scripts of all four shells read it. */
const FILES = ':0'

/** Comes last, for it completes the commands that `program` has. */
export function addCompletion(program: Command): void {
  const answers = tab(program, { completionCommandName: 'completion' })
  const complete = answers.parse.bind(answers)
  answers.parse = (words) => (wantsFile(program, words) ? console.log(FILES) : complete(words))

  const scripts = program.commands.find((command) => command.name() === 'completion')
  scripts?.hook('preAction', (_program, { args: [shell] }) => void (shell === 'bash' && console.log(BEFORE_BASH)))
  scripts?.hook('postAction', (_program, { args: [shell] }) => void (shell === 'bash' && console.log(AFTER_BASH)))
}

/** Whether the last of `words`, which is being typed, is the value of an option that names a file. */
export function wantsFile(program: Command, words: readonly string[]): boolean {
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
