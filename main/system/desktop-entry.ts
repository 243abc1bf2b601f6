/** The autostart entry of Linux desktops: https://specifications.freedesktop.org/desktop-entry-spec/latest/ */

/**
 * @param command the program and its arguments, unquoted
 * @throws Error where one holds a control character, which no line of an entry may
 */
export function formatAutostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    'Name=Mailbell',
    `Exec=${command.map(quoteArgument).join(' ')}`,
    'Terminal=false',
    'StartupNotify=false',
    // GNOME then starts the app after its panel, which shows the tray.
    'X-GNOME-Autostart-Delay=2',
    '',
  ].join('\n')
}

/** "The Exec key". */
const NEEDS_NO_QUOTES = /^[\w./:=@+-]+$/
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/

/**
 * An argument for Exec: in double quotes with `"`, `` ` ``, `$` and `\` escaped, `%` doubled since it begins a field code,
 * and every backslash doubled once more, since the value is itself a string.
 */
function quoteArgument(argument: string): string {
  if (CONTROL_CHARACTER.test(argument)) throw new Error('A path with control characters cannot stand in an autostart entry.')
  if (NEEDS_NO_QUOTES.test(argument)) return argument
  const escaped = argument.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')
  return `"${escaped}"`.replaceAll('\\', '\\\\')
}

/** Whether a desktop would start this entry: disabling one in the desktop's settings may leave it in place. */
export function isAutostartEntryEnabled(entry: string): boolean {
  const valueOf = (key: string): string | undefined =>
    entry
      .split(/\r?\n/)
      .find((line) => line.split('=', 1)[0]?.trim() === key)
      ?.replace(/^[^=]*=\s*/, '')
      .trim()
  return valueOf('Exec') !== undefined && valueOf('Hidden') !== 'true' && valueOf('X-GNOME-Autostart-enabled') !== 'false'
}
