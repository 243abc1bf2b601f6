/** The theme of the window, and that of the panel with the tray icon. */
import type { NativeTheme } from 'electron'
import type { Theme } from '../../common/protocol/settings.ts'

export interface AppTheme {
  set(theme: Theme): void
  /** Whether the tray's panel is dark: it follows the system, whatever the window's theme. */
  isPanelDark(): boolean
  /** The window's CSS colour before its page is painted. */
  backgroundColor(): string
  onChange(listener: () => void): void
  close(): void
}

export interface ThemeDeps {
  readonly nativeTheme: Pick<NativeTheme, 'themeSource' | 'shouldUseDarkColors' | 'shouldUseDarkColorsForSystemIntegratedUI' | 'on' | 'off'>
  readonly platform: NodeJS.Platform
  /** `XDG_CURRENT_DESKTOP`, or ''. */
  readonly desktop: string
}

/** As `--ground` in the page's styles. */
const BACKGROUND = { light: '#f5f6f8', dark: '#16181c' } as const

export function createTheme({ nativeTheme, platform, desktop }: ThemeDeps): AppTheme {
  let chosen: Theme = 'system'
  let listeners: (() => void)[] = []
  const notify = (): void => listeners.forEach((listener) => listener())
  nativeTheme.on('updated', notify)

  return {
    set(theme) {
      chosen = theme
      // On Linux it would hide the system's theme, which nothing else reports there; the page takes its colours from the
      // setting itself.
      if (platform !== 'linux') nativeTheme.themeSource = theme
    },
    isPanelDark() {
      if (platform !== 'linux') return nativeTheme.shouldUseDarkColorsForSystemIntegratedUI
      // GNOME's and Unity's panels are dark in their light themes too.
      return /gnome|unity/i.test(desktop) || nativeTheme.shouldUseDarkColors
    },
    backgroundColor() {
      const isDark = chosen === 'system' ? nativeTheme.shouldUseDarkColors : chosen === 'dark'
      return isDark ? BACKGROUND.dark : BACKGROUND.light
    },
    onChange: (listener) => void (listeners = [...listeners, listener]),
    close() {
      nativeTheme.off('updated', notify)
      listeners = []
    },
  }
}
