/** Pure: the program and its arguments that open a mail, from what the person has typed. */
import { parseArgsStringToArgv } from 'string-argv'
import type { Mail } from '../../server/protocol.ts'

/**
 * Split as a shell would, and never given to one: each placeholder becomes part of one argument, whatever a stranger has
 * put into a subject. `{account}`, `{folder}`, `{from}`, `{subject}`, `{id}` and `{url}` are known; what a mail lacks is empty.
 *
 * @returns null where nothing is left to run
 */
export function mailCommand(typed: string, account: string, mail: Mail | null): readonly [string, ...string[]] | null {
  const values: Readonly<Record<string, string>> = {
    account,
    folder: mail?.folder ?? '',
    from: mail?.from ?? '',
    subject: mail?.subject ?? '',
    id: mail?.id ?? '',
    url: mail?.url ?? '',
  }
  const [program, ...rest] = parseArgsStringToArgv(typed)
  if (program === undefined || program === '') return null
  return [program, ...rest.map((argument) => filled(argument, values))]
}

/** Where a value stands first, it must not become an option of the program: a subject may begin with a hyphen. */
function filled(argument: string, values: Readonly<Record<string, string>>): string {
  const text = argument.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole).replaceAll('\0', '')
  return argument.startsWith('{') ? text.replace(/^-+/, '') : text
}
