/** Words, numbers and times of tray, menu and notifications: i18next in instances of its own, and Intl. */
import { createInstance } from 'i18next'
import type { Language } from '../protocol/bridge.ts'
import { en } from './tray-en.ts'
import { ko } from './tray-ko.ts'

type Written = keyof typeof en
/** What a language must have: a string that is missing does not compile. */
export type WordsOfOneForm = Readonly<Record<Exclude<Written, `${string}_one`>, string>>
type PluralKey = Written extends infer Key ? (Key extends `${infer Name}_one` ? Name : never) : never
type WordKey = PluralKey | Exclude<Written, `${string}_one` | `${string}_other`>
type Values = Readonly<Record<string, string | number>>

export interface TrayWords {
  t<Key extends WordKey>(key: Key, ...values: Key extends PluralKey ? [Values & { readonly count: number }] : [Values?]): string
  /** A time of day; with its day of the week unless that is today, and the date alone where that is ambiguous. */
  moment(ms: number, nowMs: number): string
  /** A time of day with its seconds. */
  clock(ms: number): string
  list(items: readonly string[]): string
}

/** A day of the week names one day within so long. */
const WEEK_MS = 6 * 86_400_000

const made = new Map<Language, TrayWords>()

export function wordsFor(language: Language): TrayWords {
  const words = made.get(language) ?? createWords(language)
  made.set(language, words)
  return words
}

function createWords(language: Language): TrayWords {
  const i18n = createInstance()
  // What stands in a value is somebody's text: never escaped for HTML here, and never read for placeholders.
  void i18n.init({
    lng: language,
    fallbackLng: false,
    initAsync: false,
    resources: { en: { translation: en }, ko: { translation: ko } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false, skipOnVariables: true },
  })
  const clocks = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit', second: '2-digit' })
  const times = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' })
  const days = new Intl.DateTimeFormat(language, { weekday: 'long', hour: 'numeric', minute: '2-digit' })
  const dates = new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric' })
  const lists = new Intl.ListFormat(language, { type: 'unit', style: 'short' })
  return {
    t: (key, ...[values]) => i18n.t(key, values ?? {}),
    moment(ms, nowMs) {
      if (new Date(ms).toDateString() === new Date(nowMs).toDateString()) return times.format(ms)
      return (Math.abs(nowMs - ms) < WEEK_MS ? days : dates).format(ms)
    },
    clock: (ms) => clocks.format(ms),
    list: (items) => lists.format(items),
  }
}
