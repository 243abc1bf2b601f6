import type { Language, SharedSettings } from '../../common/protocol/settings.ts'

/** The language that a preference comes to; `systemLanguages` are BCP 47 tags, the most wanted first. */
export function languageOf(preference: SharedSettings['language'], systemLanguages: readonly string[]): Language {
  if (preference !== 'system') return preference
  for (const tag of systemLanguages) {
    const [language] = tag.toLowerCase().split(/[-_]/)
    if (language === 'ko' || language === 'en') return language
  }
  return 'en'
}
