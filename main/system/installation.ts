/** Pure: how this copy of the app came to the machine, and what follows from that. */
export type Installation = 'development' | 'AppImage' | 'portable' | 'package'

export function installationOf(isPackaged: boolean, env: Readonly<Record<string, string | undefined>>): Installation {
  if (!isPackaged) return 'development'
  if (env['APPIMAGE'] !== undefined) return 'AppImage'
  // The portable program of Windows unpacks itself into a folder that disappears after the run.
  return env['PORTABLE_EXECUTABLE_FILE'] === undefined ? 'package' : 'portable'
}

/**
 * Whether the app registers itself for `mailbell:` links: a copy that is not installed must not take them from one that is.
 * On Linux the package's .desktop file registers the scheme. There Electron would call xdg-settings, which on some desktops also
 * assigns text/html to the app (https://github.com/electron/electron/issues/20382).
 */
export const registersLinks = (installation: Installation, platform: NodeJS.Platform): boolean =>
  installation === 'package' && platform !== 'linux'

/**
 * Whether the app installs an update itself. The package manager updates deb and rpm: installing them here would ask for the
 * administrator's password unannounced. The installer would install a second copy beside the portable program.
 */
export const installsUpdates = (installation: Installation, platform: NodeJS.Platform): boolean =>
  installation === 'AppImage' || (installation === 'package' && platform !== 'linux')
