/** What a program gets to see of the server's environment: where things are and which language is spoken, no secret. */

const PASSED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|USERNAME|USERPROFILE|USERDOMAIN|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES(?:\(X86\))?|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT)$/

/** @param isWindows its names differ in case from one machine to the next. */
export function passedOn(
  env: Readonly<Record<string, string | undefined>>,
  isWindows = process.platform === 'win32',
): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && PASSED.test(isWindows ? name.toUpperCase() : name)) passed[name] = value
  }
  return passed
}
