/** Pure: the command that opens a message, from the template that the user typed. */
import { parseArgsStringToArgv } from 'string-argv'
import type { Message } from '../../common/protocol/wire.ts'
import type { CommandLine } from '../system/desktop-entry.ts'

/**
 * Split as a shell would, and never passed to one: each placeholder becomes part of one argument, whatever a sender put into
 * a subject. The placeholders are `{account}`, `{folder}`, `{from}`, `{subject}`, `{id}`, `{url}` and `{messageId}`. A missing
 * value is empty, and an argument like `mid:{messageId}` without any value is omitted.
 *
 * @returns null for an empty template
 */
export function customCommand(template: string, account: string, message: Message | null, platform: NodeJS.Platform): CommandLine | null {
  const { folder = '', from = '', subject = '', id = '', url = '', messageId = '' }: Partial<Message> = message ?? {}
  const values = { account, folder, from, subject, id, url, messageId }
  const [program, ...rest] = parseArgsStringToArgv(template)
  if (program === undefined || program === '') return null
  return [program, ...rest.filter((argument) => !lacksValue(argument, values)).map((argument) => fillIn(argument, values, platform))]
}

const PLACEHOLDER = /\{(\w+)\}/g

/** A lone placeholder stays as an empty argument. */
function lacksValue(argument: string, values: Readonly<Record<string, string>>): boolean {
  const found = Array.from(argument.matchAll(PLACEHOLDER), ([whole, name = '']) => values[name] ?? whole)
  return found.length > 0 && found.every((value) => value === '') && argument.replaceAll(PLACEHOLDER, '') !== ''
}

/**
 * A leading value must not become an option of the program: a subject may begin with a hyphen, or with the slash that begins
 * an option on Windows.
 */
function fillIn(argument: string, values: Readonly<Record<string, string>>, platform: NodeJS.Platform): string {
  const text = argument.replaceAll(PLACEHOLDER, (whole, name: string) => values[name] ?? whole).replaceAll('\0', '')
  return argument.startsWith('{') ? text.replace(platform === 'win32' ? /^[-/]+/ : /^-+/, '') : text
}
