/** What the page needs before its first paint, without schemas. */
import type { ReaderSettings, SharedSettings } from './settings.ts'

/** Of what people call an account, in UTF-16 units. */
export const LABEL_LENGTH = 100

/** The values of the settings that the window and the page share. */
export const SHARED_VALUES = {
  language: ['system', 'en', 'ko'],
  theme: ['system', 'light', 'dark'],
  notifications: [false, true],
  /** What a notification shows of a message: sender and subject, only its account, or only that there is one. */
  notificationText: ['mail', 'account', 'nothing'],
  /** How the window groups the latest messages. */
  messageGroups: ['day', 'account'],
  /** Of the list of accounts. */
  accountOrder: ['name', 'unread'],
  accountFilter: ['all', 'unread'],
} as const

export const DEFAULT_READER_SETTINGS: ReaderSettings = { notCounted: [], muted: [], quietHours: [], vips: [] }

export const DEFAULT_SHARED_SETTINGS: SharedSettings = {
  language: 'system',
  theme: 'system',
  notifications: true,
  notificationText: 'mail',
  messageGroups: 'day',
  accountOrder: 'name',
  accountFilter: 'all',
}
