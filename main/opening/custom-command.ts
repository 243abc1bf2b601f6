/** Pure: the program and its arguments that open a mail, from what the person has typed. */
import { parseArgsStringToArgv } from 'string-argv'
import type { Message } from '../../common/protocol/wire.ts'

/**
 * Split as a shell would, and never given to one: each placeholder becomes part of one argument, whatever a stranger has
 * put into a subject. `{account}`, `{folder}`, `{from}`, `{subject}`, `{id}`, `{url}` and `{messageId}` are known. What a
 * mail lacks is empty, and an argument like `mid:{messageId}` is left out where nothing of it is known.
 *
 * @returns null where nothing is left to run
 */
export function customCommand(
  template: string,
  account: string,
  mail: Message | null,
  platform: NodeJS.Platform,
): readonly [string, ...string[]] | null {
  const values: Readonly<Record<string, string>> = {
    account,
    folder: mail?.folder ?? '',
    from: mail?.from ?? '',
    subject: mail?.subject ?? '',
    id: mail?.id ?? '',
    url: mail?.url ?? '',
    messageId: mail?.messageId ?? '',
  }
  const [program, ...rest] = parseArgsStringToArgv(template)
  if (program === undefined || program === '') return null
  return [program, ...rest.filter((argument) => !lacksValue(argument, values)).map((argument) => fillIn(argument, values, platform))]
}

const PLACEHOLDER = /\{(\w+)\}/g

/** More than a placeholder, and nothing to put into it: a lone one holds its place as an empty argument. */
function lacksValue(argument: string, values: Readonly<Record<string, string>>): boolean {
  const found = Array.from(argument.matchAll(PLACEHOLDER), ([whole, name = '']) => values[name] ?? whole)
  return found.length > 0 && found.every((value) => value === '') && argument.replaceAll(PLACEHOLDER, '') !== ''
}

/**
 * Where a value stands first, it must not become an option of the program: a subject may begin with a hyphen, or with
 * the slash that begins an option on Windows.
 */
function fillIn(argument: string, values: Readonly<Record<string, string>>, platform: NodeJS.Platform): string {
  const text = argument.replaceAll(PLACEHOLDER, (whole, name: string) => values[name] ?? whole).replaceAll('\0', '')
  return argument.startsWith('{') ? text.replace(platform === 'win32' ? /^[-/]+/ : /^-+/, '') : text
}
