/** The system that a spec simulates, passed in the environment of the app's process. */
import type { HostCalls, ScreenCalls } from './process/calls.ts'
import { createPeer } from './process/peer.ts'

export type Platform = 'linux' | 'win32' | 'darwin'

export interface Scenario {
  readonly platform: Platform
  /** The user's home folder. */
  readonly home: string
  /** As an installed app; otherwise as `electron .` starts it. */
  readonly packaged: boolean
  readonly systemLanguages: readonly string[]
  /**
   * What encrypts on Linux. `none`: no Secret Service, so that Chromium uses a fixed password. `locked`: it cannot decrypt what
   * an earlier keyring encrypted. `waits`: it asks the user to unlock it, and answers only then. macOS waits as well.
   */
  readonly keyring: 'there' | 'none' | 'locked' | 'waits'
  /** The panel of Linux. `xembed`: it draws icons, but is not on the session bus, as on X11 with an old panel. */
  readonly tray: 'there' | 'missing' | 'xembed'
  /** `menu`: a desktop on Linux that opens the menu with every click, and reports none. */
  readonly trayClicks: 'arrive' | 'menu'
  /** `fail`: the system refuses each, as macOS does for an unsigned app. `none`: there is no notification service. */
  readonly notifications: 'there' | 'fail' | 'none'
  /** `refused`: the system shows a window without giving it the focus. */
  readonly focus: 'given' | 'refused'
  /** `dead`: the system accepts each, and reports no press. */
  readonly shortcuts: 'work' | 'dead'
  /** Shortcuts that another program uses. */
  readonly takenShortcuts: readonly string[]
  /** Pixels for each DIP of the display. */
  readonly scaleFactor: number
  /** Timers of this many milliseconds or more fire at once. */
  readonly hastyMs: number | null
  /** The system's proxy for any URL, as a PAC file returns it. */
  readonly proxy: string
  /** The default mail program of macOS and Windows. */
  readonly mailProgram: string | null
}

export const SCENARIO_VARIABLE = 'MAILBELL_HOST_SCENARIO'

/** A system on which everything works. */
export const GOOD_SYSTEM: Omit<Scenario, 'platform' | 'home'> = {
  packaged: false,
  systemLanguages: ['en'],
  keyring: 'there',
  tray: 'there',
  trayClicks: 'arrive',
  notifications: 'there',
  focus: 'given',
  shortcuts: 'work',
  takenShortcuts: [],
  scaleFactor: 1,
  hastyMs: null,
  proxy: 'DIRECT',
  mailProgram: null,
}

const given = process.env[SCENARIO_VARIABLE]
export const scenario: Scenario = given === undefined ? { ...GOOD_SYSTEM, platform: 'linux', home: '' } : JSON.parse(given)

/** Calls of the spec; each part of the host registers its own. */
export const hostCalls: Partial<HostCalls> = {}

export const screenPeer = createPeer<ScreenCalls>(
  {
    send: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', listener),
  },
  hostCalls as HostCalls,
)

/** A value of the command line: `--name=value`. */
export function switchOf(name: string): string | undefined {
  const prefix = `--${name}=`
  return process.argv.find((arg) => arg.startsWith(prefix))?.slice(prefix.length)
}

/** Emits an event that a listener may prevent, as in Electron. */
export interface PreventableEvent {
  readonly defaultPrevented: boolean
  preventDefault(): void
}

export function preventable(): PreventableEvent {
  let defaultPrevented = false
  return {
    get defaultPrevented() {
      return defaultPrevented
    },
    preventDefault() {
      defaultPrevented = true
    },
  }
}
