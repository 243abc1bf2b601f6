/** Generates mailbell(1) from the command definitions, so that it always matches them. */
import type { Command, Option } from 'commander'

/** Escapes roff syntax: backslashes, hyphens, and a period or quote at the start of a line. */
const literal = (text: string): string =>
  text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll(/^(?=[.'])/gm, String.raw`\&`)

/** Joins lines, because roff fills paragraphs. */
const prose = (text: string): string => literal(text.trim()).replaceAll(/\s+/g, ' ')

export function manPage(program: Command, version: string, date: string): string {
  const name = program.name()
  return [
    `.TH ${name.toUpperCase()} 1 "${date}" "${name} ${version}" "User Commands"`,
    '.SH NAME',
    `${literal(name)} ${String.raw`\-`} ${prose(program.description()).replace(/\.$/, '')}`,
    '.SH SYNOPSIS',
    ...leaves(program).map((command) => `.B ${literal(pathOf(command))}\n${literal(command.usage())}\n.br`),
    '.SH COMMANDS',
    ...leaves(program).flatMap(commandLines),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([variable, text]) => ['.TP', `.B ${literal(variable)}`, prose(text)]),
    '.SH EXIT STATUS',
    '0 success, 1 failure, 2 usage error.',
    '',
  ].join('\n')
}

const ENVIRONMENT = [
  ['MAILBELL_DATA_DIR', 'the data directory: the demo mailbox, the last known counts and mailbell.yml'],
  ['MAILBELL_CONFIG', 'the config file, if --config does not name one'],
  ['MAILBELL_HOST, MAILBELL_PORT', 'the address and port that serve listens on'],
  ['MAILBELL_SERVER', 'the server for watch, count, status, link and health'],
  ['MAILBELL_TOKEN', 'the token for that server'],
] as const

/** All commands without the ones that only group subcommands. */
const leaves = (command: Command): readonly Command[] =>
  command.commands
    .filter((each) => command.createHelp().visibleCommands(command).includes(each))
    .flatMap((each) => (each.commands.length > 0 ? leaves(each) : [each]))

const pathOf = (command: Command): string => (command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name())

function commandLines(command: Command): readonly string[] {
  const options = command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
  const operands = command.registeredArguments.flatMap((argument) => ['.TP', `.I ${literal(argument.name())}`, prose(argument.description)])
  return [`.SS ${literal(pathOf(command))}`, `${sentence(command.description())}`, ...operands, ...options.flatMap(optionLines)]
}

const sentence = (text: string): string => `${prose(text.charAt(0).toUpperCase() + text.slice(1))}.`

const optionLines = ({ flags, description, argChoices }: Option): readonly string[] => {
  const choices = argChoices && argChoices.length > 0 ? ` (${argChoices.join(', ')})` : ''
  return ['.TP', `.B ${literal(flags)}`, prose(description + choices)]
}
