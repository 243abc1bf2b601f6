/** The calls between the host in the app's process and the spec's process, which has the screen. */

/** What the system shows of the app at this moment. */
export interface Shown {
  /** The icons that the user sees: none without a tray. */
  readonly trays: readonly ShownTray[]
  /** Dock (macOS) or launcher (Linux); Windows has none. */
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
  /** Command lines that the system runs at login (Windows), or the app that it starts (macOS). */
  readonly loginItems: readonly string[]
  /** Of the app in the system's registry: URL schemes, and the keys of classes for notifications (Windows). */
  readonly registered: { readonly schemes: readonly string[]; readonly classes: readonly string[] }
  /** `default`: Electron's own menu, with the developer tools. */
  readonly applicationMenu: 'default' | 'none' | 'own'
}

export interface ShownTray {
  /** PNG of the representation that the platform draws. */
  readonly icon: Uint8Array | null
  /** Width and height of the place that it is stretched to, in pixels of the screen. */
  readonly pixels: number
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
  /** Neither removed nor replaced. */
  readonly visible: boolean
  /** Labels of its buttons. */
  readonly buttons: readonly string[]
}

export interface ShownWindow {
  readonly id: number
  readonly visible: boolean
  readonly minimized: boolean
  readonly bounds: Bounds
  readonly webPreferences: Readonly<Record<string, unknown>>
  readonly overlay: string | null
  /** Linux shows no other. */
  readonly hasIcon: boolean
}

export interface Bounds {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
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
  /** All windows of the app have the same preload. */
  createWindow(preload: string | null): Promise<void>
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
  /** macOS: another window covers it, or no longer does. */
  coverWindow(windowId: number, covered: boolean): void
  crashPage(windowId: number): void
  crashGraphics(): void
  openUrl(url: string): void
  playPower(event: 'suspend' | 'resume'): void
  playPresence(presence: { readonly locked: boolean; readonly idleSeconds: number }): void
  /** Linux: the panel with the tray starts or ends. */
  playTrayHost(present: boolean): void
  playScale(scaleFactor: number): void
  /** The user answers the prompt of a keyring that waits. */
  answerKeyring(answer: 'unlock' | 'dismiss'): void
  pressShortcut(accelerator: string): void
  pickFile(path: string | null): void
  playSystemTheme(theme: 'light' | 'dark'): void
  activate(): void
  quit(): void
  serverPids(): readonly number[]
}
