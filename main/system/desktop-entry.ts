/** The autostart entry of Linux desktops: https://specifications.freedesktop.org/desktop-entry-spec/latest/ */

export interface LoginEntry {
  readonly name: string
  /** The program with its arguments, each as the system is to get it. */
  readonly command: readonly string[]
}

/** @throws Error where the command cannot be written down: no line may hold a line break or another control character. */
export function formatAutostartEntry({ name, command }: LoginEntry): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    `Name=${name}`,
    `Exec=${command.map(quoteArgument).join(' ')}`,
    'Terminal=false',
    'StartupNotify=false',
    // GNOME starts it after its panel is there, so that the tray's host is.
    'X-GNOME-Autostart-Delay=2',
    '',
  ].join('\n')
}

/** Needs no quotes ("The Exec key"). */
const NEEDS_NO_QUOTES = /^[\w./:=@+-]+$/
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/

/**
 * An argument as it stands in Exec: in double quotes with `"`, `` ` ``, `$` and `\` escaped, `%` doubled since it begins
 * a field code, and every backslash doubled once more, for the value is a string itself.
 */
function quoteArgument(argument: string): string {
  if (CONTROL_CHARACTER.test(argument)) throw new Error('A path with control characters cannot stand in an autostart entry.')
  if (NEEDS_NO_QUOTES.test(argument)) return argument
  const escaped = argument.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')
  return `"${escaped}"`.replaceAll('\\', '\\\\')
}

/** Whether a desktop would start by this entry: one that a person has switched off in its settings may stay in its place. */
export function isAutostartEntryEnabled(entry: string): boolean {
  const valueOf = (key: string): string | undefined =>
    entry
      .split(/\r?\n/)
      .find((line) => line.split('=', 1)[0]?.trim() === key)
      ?.replace(/^[^=]*=\s*/, '')
      .trim()
  return valueOf('Exec') !== undefined && valueOf('Hidden') !== 'true' && valueOf('X-GNOME-Autostart-enabled') !== 'false'
}
