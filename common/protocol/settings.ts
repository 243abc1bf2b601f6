/** What the user can set: one schema for the file that stores it, for what the window sends, and for what is imported. */
import { z } from 'zod'
import type { Immutable } from './immutable.ts'
import { DEFAULT_READER_SETTINGS, SHARED_VALUES } from './shared-values.ts'
import { AccountId } from './wire.ts'

/** What the browser page has as well, and stores in the browser. */
export const SharedSettings = z.strictObject({
  language: z.enum(SHARED_VALUES.language),
  theme: z.enum(SHARED_VALUES.theme),
  notifications: z.boolean(),
  notificationText: z.enum(SHARED_VALUES.notificationText),
  messageGroups: z.enum(SHARED_VALUES.messageGroups),
  accountOrder: z.enum(SHARED_VALUES.accountOrder),
  accountFilter: z.enum(SHARED_VALUES.accountFilter),
})

/** An account of a server, or one folder of it. `server` is the `id` of a ServerView. */
export const Scope = z.strictObject({
  server: z.string().min(1).max(1000),
  account: AccountId,
  /** As the source names it. */
  folder: z.string().min(1).max(1000).exactOptional(),
})

/** Hours and minutes, in the machine's time zone. */
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

/** Ends after midnight if `to` is not after `from`; `days` are those on which it begins, 0 is Sunday. */
const QuietHours = z.strictObject({
  days: z.array(z.int().min(0).max(6)).min(1).max(7),
  from: TimeOfDay,
  to: TimeOfDay,
})

/** `scope` null is everything; `untilMs` in epoch milliseconds, null until the user ends it. */
const Mute = z.strictObject({ scope: Scope.nullable(), untilMs: z.int().min(0).nullable() })

/** `tomorrow` is the next morning; `off` ends the mutes of this scope. */
export const MuteUntil = z.union([z.enum(['hour', 'tomorrow', 'always', 'off']), z.strictObject({ minutes: z.int().min(1).max(525_600) })])

/** What counts, and what is notified when. The page stores it in the browser, the desktop app with its other settings. */
const ReaderSettings = z.strictObject({
  /** Not in the number: all else counts, new accounts too. */
  notCounted: z.array(Scope).max(1000),
  muted: z.array(Mute).max(1000),
  quietHours: z.array(QuietHours).max(20),
  /** Addresses, or `@example.org` for all of a domain: they override mute and quiet hours. */
  vips: z.array(z.string().trim().min(3).max(320)).max(500),
})

const DesktopSettings = ReaderSettings.extend({
  trayShows: z.enum(['number', 'dot', 'nothing']),
  /** `last-look`: only what has arrived since the window was last open. */
  counts: z.enum(['all', 'last-look']),
  /** Notifies only if the user was active within this many minutes; null is always. */
  idleMinutes: z.int().min(1).max(1440).nullable(),
  sound: z.enum(['system', 'none', 'bell', 'drop', 'wood']),
  /** What a click on a message opens: the provider's page of it, the system's mail program, or a command. */
  opensMailIn: z.enum(['web', 'program', 'command']),
  mailCommand: z.string().trim().max(1000),
  startAtLogin: z.boolean(),
  /** An Electron accelerator, such as `CommandOrControl+Shift+M`; null is none. */
  shortcut: z.string().min(1).max(100).nullable(),
  looksForUpdates: z.boolean(),
})

const withoutUndefined = <Change extends object>(change: Change) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Change]: Exclude<Change[Key], undefined>
  }

/** Some of the settings. One whose value is undefined counts as absent. */
export const SharedSettingsChange = SharedSettings.partial().transform(withoutUndefined)
export const ReaderSettingsChange = ReaderSettings.partial().transform(withoutUndefined)
export const DesktopSettingsChange = DesktopSettings.partial().transform(withoutUndefined)

export type SharedSettings = Immutable<z.infer<typeof SharedSettings>>
export type ReaderSettings = Immutable<z.infer<typeof ReaderSettings>>
export type DesktopSettings = Immutable<z.infer<typeof DesktopSettings>>
export type Scope = Immutable<z.infer<typeof Scope>>
export type QuietHours = DesktopSettings['quietHours'][number]
export type MuteUntil = Immutable<z.infer<typeof MuteUntil>>
export type Mute = DesktopSettings['muted'][number]
export type Theme = SharedSettings['theme']
export type Language = Exclude<SharedSettings['language'], 'system'>

/** The content of a file of any version: a setting that is not valid takes its default. */
export const readDesktopSettings = (stored: object): DesktopSettings => ({
  ...DEFAULT_DESKTOP_SETTINGS,
  ...DesktopSettingsChange.parse(validOf(stored, DesktopSettingsChange)),
})

export const readReaderSettings = (stored: object): ReaderSettings => ({
  ...DEFAULT_READER_SETTINGS,
  ...ReaderSettingsChange.parse(validOf(stored, ReaderSettingsChange)),
})

const validOf = (stored: object, change: z.ZodType): object =>
  Object.fromEntries(Object.entries(stored).filter(([name, value]) => change.safeParse({ [name]: value }).success))

/** The part of the settings that a page has as well. */
export const readerSettingsOf = ({ notCounted, muted, quietHours, vips }: ReaderSettings): ReaderSettings => ({
  notCounted,
  muted,
  quietHours,
  vips,
})

export const DEFAULT_DESKTOP_SETTINGS: DesktopSettings = {
  trayShows: 'number',
  counts: 'all',
  ...DEFAULT_READER_SETTINGS,
  idleMinutes: null,
  sound: 'system',
  opensMailIn: 'web',
  mailCommand: '',
  startAtLogin: false,
  shortcut: null,
  looksForUpdates: true,
}
