/** The app as its user and system see it. Every spec uses this interface, which two drivers implement. */
import type { Page } from 'playwright-core'
import type { Shown } from '../host/process/calls.ts'
import type { Scenario } from '../host/scenario.ts'

export interface LaunchOptions extends Partial<Omit<Scenario, 'home'>>, Pick<Scenario, 'home'> {
  /** Where the app stores its files; the same folder again is the next start on the same machine. */
  readonly userDataDir: string
  /** Where the demo mailbox is. */
  readonly dataDir: string
  /** Where the desktop looks for autostart entries. */
  readonly configDir: string
  /** Further environment variables of the user's session. */
  readonly env?: Readonly<Record<string, string>>
  /** Starts without a window, as at login. */
  readonly hidden?: boolean
  /** Shows the first run, which is skipped by default. */
  readonly firstRun?: boolean
}

export interface DesktopApp {
  /** What the system shows of the app now. */
  shown(): Promise<Shown>
  /** The window's page, once there is one. */
  page(): Promise<Page>
  clickTray(): Promise<void>
  clickMenuItem(label: string): Promise<void>
  clickNotification(index: number): Promise<void>
  /** Presses the close button of the window's frame. */
  closeWindow(): Promise<void>
  /** Starts the app again while it runs; resolves with the exit code of that second start. */
  startAgain(): Promise<number | null>
  suspend(): Promise<void>
  resume(): Promise<void>
  /** Processes of the bundled server. */
  serverPids(): Promise<readonly number[]>
  /** Resolves with the exit code once the app has exited, as after `quit`. */
  readonly exited: Promise<number | null>
  /** Quits the app; resolves once its process has exited. */
  quit(): Promise<void>
  /** Ends all remaining processes, even after a failed spec. */
  close(): Promise<void>
}
