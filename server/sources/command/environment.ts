/** Variables without secrets: where things are, and the language. */
const INHERITED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|USERNAME|USERPROFILE|USERDOMAIN|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES(?:\(X86\))?|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT)$/

/** The variables that a program inherits. On Windows the case of their names varies between machines. */
export const inheritedEnv = (
  env: Readonly<Record<string, string | undefined>>,
  isWindows = process.platform === 'win32',
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && INHERITED.test(isWindows ? name.toUpperCase() : name) ? [[name, value]] : [],
    ),
  )
