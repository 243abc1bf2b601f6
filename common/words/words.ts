/** Words, numbers and dates in one language: i18next in an instance of its own, and Intl. */
import { createInstance } from 'i18next'
import type { Language } from '../protocol/bridge.ts'
import { en } from './en.ts'
import type { PluralKey, WordKey } from './keys.ts'
import { ko } from './ko.ts'

type Values = Readonly<Record<string, string | number>>

export interface Words {
  readonly language: Language
  /** The language with the person's region where that is known, for dates and numbers. */
  readonly locale: string
  t<Key extends WordKey>(key: Key, ...values: Key extends PluralKey ? [Values & { readonly count: number }] : [Values?]): string
  number(value: number): string
  /** A time of day; with its date unless that is today. */
  moment(ms: number, nowMs: number): string
  /** Hours, minutes and seconds. */
  clock(ms: number): string
  /** A date alone. */
  day(ms: number): string
  /** Date and time in full, for a tooltip. */
  full(ms: number): string
  relative(value: number, unit: Intl.RelativeTimeFormatUnit): string
  list(items: readonly string[]): string
}

/** Keeps the person's region: `en-GB` for English in Britain, `ko` where no Korean is among their languages. */
export function localeFor(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language
}

/** The first of the person's languages that the window speaks; else English. */
export function pickLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-')[0]
    if (base === 'en' || base === 'ko') return base
  }
  return 'en'
}

const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString()

export function createWords(language: Language, preferred: readonly string[] = []): Words {
  const locale = localeFor(language, preferred)
  const i18n = createInstance()
  // Preact escapes; what stands in a value is text, and never read for placeholders.
  void i18n.init({
    lng: language,
    fallbackLng: false,
    initAsync: false,
    resources: { en: { translation: en }, ko: { translation: ko } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false, skipOnVariables: true },
  })
  const numbers = new Intl.NumberFormat(locale)
  const times = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
  const clocks = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', second: '2-digit' })
  const dates = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' })
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const fulls = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' })
  const relatives = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  return {
    language,
    locale,
    t: (key, ...[values]) => i18n.t(key, values ?? {}),
    number: (value) => numbers.format(value),
    moment: (ms, nowMs) => (sameDay(ms, nowMs) ? times : dates).format(ms),
    clock: (ms) => clocks.format(ms),
    day: (ms) => days.format(ms),
    full: (ms) => fulls.format(ms),
    relative: (value, unit) => relatives.format(value, unit),
    list: (items) => lists.format(items),
  }
}
