/** The calls between the host in the app's process and the spec's process, which has the screen. */

/** What the system shows of the app at this moment. */
export interface Shown {
  readonly trays: readonly ShownTray[]
  readonly badge: number
  readonly notifications: readonly ShownNotification[]
  readonly windows: readonly ShownWindow[]
  readonly themeSource: string
  readonly errorBoxes: readonly string[]
  /** URLs opened in the system's browser. */
  readonly openedLinks: readonly string[]
  readonly openedFiles: readonly string[]
  readonly copied: readonly string[]
  readonly shortcuts: readonly string[]
  /** How often the about panel was shown. */
  readonly aboutPanels: number
}

export interface ShownTray {
  /** PNG of the icon at the last requested scale factor, or its largest. */
  readonly icon: Uint8Array | null
  readonly title: string
  readonly tooltip: string
  readonly menu: readonly ShownMenuItem[]
}

export interface ShownMenuItem {
  readonly type: string
  readonly label: string
  readonly enabled: boolean
}

export interface ShownNotification {
  readonly title: string
  readonly body: string
  readonly silent: boolean
  /** The app has removed it. */
  readonly closed: boolean
  /** Labels of its buttons. */
  readonly buttons: readonly string[]
}

export interface ShownWindow {
  readonly id: number
  readonly visible: boolean
  readonly webPreferences: Readonly<Record<string, unknown>>
  readonly overlay: string | null
}

interface PageResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The frame that sends a request. */
export interface PageFrame {
  readonly url: string
  readonly main: boolean
}

/** Host → screen. */
// A type, not an interface: it must be assignable to the peer's index signature.
export type ScreenCalls = {
  createWindow(id: number, preload: string | null): Promise<void>
  loadUrl(id: number, url: string): Promise<void>
  sendToPage(id: number, channel: string, args: readonly unknown[]): Promise<void>
  destroyWindow(id: number): Promise<void>
}

/** Screen and spec → host. */
export type HostCalls = {
  shown(): Shown
  request(method: string, url: string): Promise<PageResponse>
  invoke(windowId: number, frame: PageFrame, channel: string, args: readonly unknown[]): Promise<unknown>
  /** Whether the app prevents it. */
  navigationPrevented(windowId: number, url: string): boolean
  /** Whether the app allows it. */
  windowOpenAllowed(windowId: number, url: string): boolean
  permissionGranted(permission: string, origin: string): boolean
  clickTray(): void
  clickMenuItem(label: string): void
  clickNotification(index: number): void
  pressNotification(index: number, button: number): void
  closeWindow(windowId: number): void
  blurWindow(windowId: number): void
  crashPage(windowId: number): void
  crashGraphics(): void
  openUrl(url: string): void
  playPower(event: 'suspend' | 'resume'): void
  /** macOS and Windows report it; on Linux the app queries it. */
  playPresence(presence: { readonly locked: boolean; readonly idleSeconds: number }): void
  pressShortcut(accelerator: string): void
  pickFile(path: string | null): void
  playSystemTheme(theme: 'light' | 'dark'): void
  activate(): void
  quit(): void
  serverPids(): readonly number[]
}

/** The system that the spec simulates, passed in the environment of the app's process. */
export interface Scenario {
  readonly systemLanguages: readonly string[]
  /** `none`: a Linux without a keyring. `locked`: it cannot decrypt what an earlier keyring encrypted. */
  readonly keyring: 'there' | 'none' | 'locked'
  /** Shortcuts that another program uses. */
  readonly takenShortcuts?: readonly string[]
  /** Timers of four minutes or more fire at once. */
  readonly hasty?: boolean
  /** The system's proxy for any URL, as a PAC file returns it. */
  readonly proxy?: string
}

export const SCENARIO_VARIABLE = 'MAILBELL_HOST_SCENARIO'
