/**
 * What a person can choose in the desktop app beyond the preferences that the page in a browser has as well: one schema
 * for the file that it is kept in, for what the window sends, and for what is imported.
 */
import { z } from 'zod'
import { AccountId } from './wire.ts'

/** An account of a server, or one folder of it. `server` is the `id` of a ServerView. */
export const Scope = z.strictObject({
  server: z.string().min(1).max(1000),
  account: AccountId,
  /** As the source names it. */
  folder: z.string().min(1).max(1000).exactOptional(),
})

/** Minutes of a day are written as people do, in the time of the place where the machine is. */
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

/** Over midnight where `to` is not after `from`; `days` are those on which it begins, 0 is Sunday. */
const QuietHours = z.strictObject({
  days: z.array(z.int().min(0).max(6)).min(1).max(7),
  from: TimeOfDay,
  to: TimeOfDay,
})

/** `scope` null is everything; `untilMs` in epoch milliseconds, null until the person says so. */
const Mute = z.strictObject({ scope: Scope.nullable(), untilMs: z.int().min(0).nullable() })

export const DesktopSettings = z.strictObject({
  trayShows: z.enum(['number', 'dot', 'nothing']),
  /** `last-look`: only what has come since the window was open last. */
  counts: z.enum(['all', 'last-look']),
  /** Left out of the number: all else counts, new accounts too. */
  notCounted: z.array(Scope).max(1000),
  muted: z.array(Mute).max(1000),
  quietHours: z.array(QuietHours).max(20),
  /** Addresses, or `@example.org` for all of a domain: they break through mute and quiet hours. */
  vips: z.array(z.string().trim().min(3).max(320)).max(500),
  /** Told only while the person was at the machine within so many minutes; null is always. */
  idleMinutes: z.int().min(1).max(1440).nullable(),
  sound: z.enum(['system', 'none', 'bell', 'drop', 'wood']),
  /** What a click on a mail opens: the provider's page of that mail, the system's mail program, or a command. */
  opensMailIn: z.enum(['web', 'program', 'command']),
  mailCommand: z.string().trim().max(1000),
  startAtLogin: z.boolean(),
  /** An accelerator of Electron, such as `CommandOrControl+Shift+M`; null is none. */
  shortcut: z.string().min(1).max(100).nullable(),
  looksForUpdates: z.boolean(),
})

/** A part of them. One that is there without a value is as if it were not there. */
export const DesktopSettingsChange = DesktopSettings.partial().transform(
  (change) => Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<DesktopSettings>,
)

export type DesktopSettings = Readonly<z.infer<typeof DesktopSettings>>
export type Scope = Readonly<z.infer<typeof Scope>>
export type QuietHours = Readonly<z.infer<typeof QuietHours>>
export type Mute = Readonly<z.infer<typeof Mute>>

/** What a file holds, by whatever version it was written: every choice that is not understood takes its default. */
export function readDesktopSettings(kept: object): DesktopSettings {
  const understood = Object.entries(kept).filter(([name, value]) => DesktopSettingsChange.safeParse({ [name]: value }).success)
  return { ...DEFAULT_DESKTOP_SETTINGS, ...DesktopSettingsChange.parse(Object.fromEntries(understood)) }
}

export const DEFAULT_DESKTOP_SETTINGS: DesktopSettings = {
  trayShows: 'number',
  counts: 'all',
  notCounted: [],
  muted: [],
  quietHours: [],
  vips: [],
  idleMinutes: null,
  sound: 'system',
  opensMailIn: 'web',
  mailCommand: '',
  startAtLogin: false,
  shortcut: null,
  looksForUpdates: true,
}
