/** The theme of the window, and that of the panel with the tray icon. */
import type { NativeTheme } from 'electron'
import type { Theme } from '../../common/protocol/settings.ts'

/** As `--ground` in the page's styles. */
const BACKGROUND = { light: '#fafbfc', dark: '#17191d' } as const

export interface ThemeDeps {
  readonly nativeTheme: Pick<NativeTheme, 'themeSource' | 'shouldUseDarkColors' | 'shouldUseDarkColorsForSystemIntegratedUI' | 'on' | 'off'>
  readonly platform: NodeJS.Platform
  /** `XDG_CURRENT_DESKTOP`, or ''. */
  readonly desktop: string
  /** Called at once, and after each change of the system's theme. The tray's panel follows the system, whatever the window's theme. */
  readonly onPanel: (isDark: boolean) => void
}

export function createTheme({ nativeTheme, platform, desktop, onPanel }: ThemeDeps) {
  let chosen: Theme = 'system'

  function reportPanel(): void {
    const { shouldUseDarkColorsForSystemIntegratedUI, shouldUseDarkColors } = nativeTheme
    // GNOME's and Unity's panels are dark in their light themes too.
    onPanel(platform === 'linux' ? /gnome|unity/i.test(desktop) || shouldUseDarkColors : shouldUseDarkColorsForSystemIntegratedUI)
  }
  reportPanel()
  nativeTheme.on('updated', reportPanel)

  return {
    set(theme: Theme): void {
      chosen = theme
      // On Linux it would hide the system's theme, which nothing else reports there; the page takes its colours from the
      // setting itself.
      if (platform !== 'linux') nativeTheme.themeSource = theme
    },
    /** The window's CSS colour before its page is painted. */
    backgroundColor(): string {
      const isDark = chosen === 'system' ? nativeTheme.shouldUseDarkColors : chosen === 'dark'
      return isDark ? BACKGROUND.dark : BACKGROUND.light
    },
    close: () => void nativeTheme.off('updated', reportPanel),
  }
}
