/** Words, numbers and dates in one language. Plural forms, numbers and dates are those of Intl. */
import type { RequestError } from '../protocol/outcome.ts'
import type { Language } from '../protocol/settings.ts'
import { en } from './en.ts'
import { ko } from './ko.ts'

type CatalogueKey = keyof typeof en
/** By the keys of en.ts; a plural form that the language does not have is absent. */
type Catalogue = Readonly<Partial<Record<CatalogueKey, string>>>
/** Keys with plural forms, which need a `count`. */
type PluralKey = CatalogueKey extends infer Key ? (Key extends `${infer Name}_one` ? Name : never) : never
/** Every key; plural forms share one key. */
export type WordKey = PluralKey | Exclude<CatalogueKey, `${string}_one` | `${string}_other`>

type Values = Readonly<Record<string, string | number>>

export type Words = ReturnType<typeof createWords>

/** Adds the user's region: `en-GB` for English in Britain, `ko` if Korean is not among their languages. */
export function localeFor(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.toLowerCase().split('-')[0] === language && isLocale(tag)) ?? language
}

/** Linux may name a modifier as well (`en-GB@euro`), which Intl rejects. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0
  } catch {
    return false
  }
}

/** The first of the user's languages with a catalogue; else English. */
export function pickLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split(/[-_]/)[0]
    if (base === 'en' || base === 'ko') return base
  }
  return 'en'
}

const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString()
/** Within this time, a day of the week is unambiguous. */
const WEEK_MS = 6 * 86_400_000

/** `{{name}}`, or `{{name, number}}` with the digits grouped. */
const PLACEHOLDER = /\{\{(\w+)(, number)?\}\}/g

/** Formatters of Intl take a millisecond or more to create, so each is created when it is first needed. */
function lazily<Value>(create: () => Value): () => Value {
  let value: Value | undefined
  return () => (value ??= create())
}

export function createWords(language: Language, preferred: readonly string[] = []) {
  /** With the user's region if known, for dates and numbers. */
  const locale = localeFor(language, preferred)
  const format = (options: Intl.DateTimeFormatOptions): ((ms: number) => string) => {
    const formatter = lazily(() => new Intl.DateTimeFormat(locale, options))
    return (ms) => formatter().format(ms)
  }
  const time = format({ hour: 'numeric', minute: '2-digit' })
  const dateAndTime = format({ month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' })
  const weekdayAndTime = format({ weekday: 'long', hour: 'numeric', minute: '2-digit' })
  const date = format({ month: 'long', day: 'numeric' })
  const shortDate = format({ month: 'short', day: 'numeric' })
  const datedDay = format({ dateStyle: 'medium' })
  const numbers = lazily(() => new Intl.NumberFormat(locale))
  const number = (value: number): string => numbers().format(value)
  const compactNumbers = lazily(
    () => new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1, roundingMode: 'floor' }),
  )
  const plurals = lazily(() => new Intl.PluralRules(language))
  const relatives = lazily(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }))
  const lists = lazily(() => new Intl.ListFormat(locale, { type: 'conjunction' }))
  const series = lazily(() => new Intl.ListFormat(locale, { type: 'unit', style: 'short' }))
  const catalogue: Catalogue = language === 'ko' ? ko : en

  /** Values are not escaped: Preact escapes them, and menus need no escaping. */
  function fill(text: string, values: Values): string {
    return text.replace(PLACEHOLDER, (_, name: string, isNumber: string | undefined) => {
      const value = values[name] ?? ''
      return isNumber === undefined ? String(value) : number(Number(value))
    })
  }

  function translate(key: WordKey, values: Values = {}): string {
    const { count } = values
    const plural = typeof count === 'number' ? catalogue[`${key}_${plurals().select(count)}` as CatalogueKey] : undefined
    return fill(plural ?? catalogue[key as CatalogueKey] ?? key, values)
  }

  return {
    language,
    locale,
    t<Key extends WordKey>(key: Key, ...[values]: Key extends PluralKey ? [Values & { readonly count: number }] : [Values?]): string {
      return translate(key, values)
    },
    /** What is wrong and what to do, of any error that a request or a connection ends with. */
    error: ({ code, status = 0, target = '' }: Pick<RequestError, 'code' | 'status' | 'target'>): string =>
      translate(`error.${code}`, { status, target }),
    number,
    /** Shortened, with one decimal: 28.7K. */
    compact: (value: number) => compactNumbers().format(value),
    /** A time of day. */
    time,
    /** A date, with its year unless that is this year. */
    shortDay: (ms: number, nowMs: number) => (new Date(ms).getFullYear() === new Date(nowMs).getFullYear() ? shortDate : datedDay)(ms),
    /** A time of day, with its date unless that is today. */
    moment: (ms: number, nowMs: number) => (sameDay(ms, nowMs) ? time : dateAndTime)(ms),
    /** A time of day, with its day of the week unless that is today; more than six days away, the date alone. */
    dayTime(ms: number, nowMs: number): string {
      if (sameDay(ms, nowMs)) return time(ms)
      return (Math.abs(nowMs - ms) < WEEK_MS ? weekdayAndTime : date)(ms)
    },
    /** A length of time in one unit: 1.2 s, 12 s, 3 min, 2 hr. */
    duration(seconds: number): string {
      const [value, unit, digits] =
        seconds < 60
          ? [seconds, 'second', seconds < 10 ? 1 : 0]
          : seconds < 3_600
            ? [seconds / 60, 'minute', 0]
            : [seconds / 3_600, 'hour', 1]
      return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value)
    },
    /** Hours, minutes and seconds. */
    clock: format({ hour: 'numeric', minute: '2-digit', second: '2-digit' }),
    /** A date alone. */
    day: datedDay,
    /** Date and time in full, for a tooltip. */
    full: format({ dateStyle: 'full', timeStyle: 'short' }),
    relative: (value: number, unit: Intl.RelativeTimeFormatUnit) => relatives().format(value, unit),
    /** "A, B and C", for a sentence. */
    list: (items: readonly string[]) => lists().format(items),
    /** "A, B, C", for a line of its own. */
    series: (items: readonly string[]) => series().format(items),
  }
}

export type WordsFor = (language: Language) => Words

/** The words of each language without a region, created when they are first needed. */
export function createWordsFor(): WordsFor {
  const created = new Map<Language, Words>()
  return (language) => {
    const words = created.get(language) ?? createWords(language)
    created.set(language, words)
    return words
  }
}
