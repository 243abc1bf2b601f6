/** The app as a person and their system see it: what every spec is written against. Two drivers give one of these. */
import type { Page } from 'playwright-core'
import type { Shown, Scenario } from './host/calls.ts'

export interface LaunchOptions extends Partial<Scenario> {
  /** Where the app keeps its things; the same folder again is the next start on the same machine. */
  readonly userDataDir: string
  /** Where the demo mailbox is. */
  readonly dataDir: string
  /** Where the desktop looks for autostart entries. */
  readonly configDir: string
  /** What the person's session has in its environment besides. */
  readonly env?: Readonly<Record<string, string>>
  /** Started without showing itself, as at login. */
  readonly hidden?: boolean
  /** With the first page, which a spec starts past where it says nothing of it. */
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
  /** As by the button of the window's frame. */
  closeWindow(): Promise<void>
  /** The person starts the app again while it runs; gives the exit code of that second start. */
  startAgain(): Promise<number | null>
  suspend(): Promise<void>
  resume(): Promise<void>
  /** Processes of the bundled server. */
  serverPids(): Promise<readonly number[]>
  /** Resolves with the exit code once the app has ended by itself; `quit` asks it to. */
  readonly exited: Promise<number | null>
  quit(): Promise<void>
  /** Ends what is left, however the spec ended. */
  close(): Promise<void>
}
