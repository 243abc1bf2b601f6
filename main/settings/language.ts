import type { Language, SharedSettings } from '../../common/protocol/settings.ts'

/** @param systemLanguages BCP 47 tags, the most preferred first; the first supported one is used for `system` */
export function languageOf(setting: SharedSettings['language'], systemLanguages: readonly string[]): Language {
  if (setting !== 'system') return setting
  for (const tag of systemLanguages) {
    const [language] = tag.toLowerCase().split(/[-_]/)
    if (language === 'ko' || language === 'en') return language
  }
  return 'en'
}
