import { describe, expect, it } from 'vitest'
import { createWords, localeFor, pickLanguage } from '../../../common/words/words.ts'
import { PROBLEMS, type ProblemCode } from '../../../common/protocol/problems.ts'
import { en } from '../../../common/words/en.ts'
import { ko } from '../../../common/words/ko.ts'

const values = (text: string): string[] => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name ?? '').toSorted()

describe('the words', () => {
  it('have their plural forms', () => {
    const words = createWords('en')
    expect(words.t('unread', { count: 1 })).toBe('1 unread email')
    expect(words.t('unread', { count: 12_345 })).toBe('12,345 unread emails')
    expect(createWords('ko').t('unread', { count: 1 })).toBe('읽지 않은 메일 1통')
  })

  it('leave placeholders in values alone', () => {
    const account = '$t(settings) {{count}} <b>'
    expect(createWords('en').t('removeName', { name: account })).toBe(`Remove ${account}`)
  })

  it('write a length of time in one unit', () => {
    const [english, korean] = [createWords('en'), createWords('ko')]
    expect([0, 1.24, 12.4, 90, 7_000].map(english.duration)).toEqual(['0 sec', '1.2 sec', '12 sec', '2 min', '1.9 hr'])
    expect([1.24, 90].map(korean.duration)).toEqual(['1.2초', '2분'])
  })

  it('write no text twice', () => {
    const texts = Object.entries(ko).map(([key, text]) => `${en[key as keyof typeof ko]} / ${text}`)
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([])
  })

  it('have exactly the plural forms of their language', () => {
    for (const [language, written] of [
      ['en', en],
      ['ko', ko],
    ] as const) {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.map((form) => `_${form}`)
      const plurals = Object.keys(written).filter((key) => /_(?:zero|one|two|few|many|other)$/.test(key))
      const names = new Set(plurals.map((key) => key.replace(/_[a-z]+$/, '')))
      expect(names.size).toBeGreaterThan(5)
      expect(plurals.toSorted()).toEqual([...names].flatMap((name) => forms.map((form) => name + form)).toSorted())
    }
  })

  it.each(Object.keys(PROBLEMS) as ProblemCode[])('say in each language what the problem %s means', (code) => {
    const texts = (['en', 'ko'] as const).map((language) => createWords(language).error({ code }))
    expect(new Set([...texts, `error.${code}`, PROBLEMS[code].title]).size).toBe(4)
  })

  it('say the status of a problem that they do not know', () => {
    for (const language of ['en', 'ko'] as const) expect(createWords(language).error({ code: 'unexpected', status: 418 })).toContain('418')
  })

  it('are complete in both languages, and none is empty', () => {
    const named = (written: object): string[] =>
      [...new Set(Object.keys(written).map((key) => key.replace(/_(?:one|other)$/, '')))].toSorted()
    expect(named(ko)).toEqual(named(en))
    for (const written of [en, ko])
      for (const [key, text] of Object.entries(written)) expect([key, text.trim() === '']).toEqual([key, false])
  })

  it('have the same placeholders in both languages', () => {
    for (const [key, text] of Object.entries(ko)) expect([key, values(text)]).toEqual([key, values(en[key as keyof typeof ko])])
  })

  it.each([
    [['ko-KR', 'en-US'], 'ko'],
    [['fr-FR', 'ko'], 'ko'],
    [['de-DE', 'en-GB', 'ko-KR'], 'en'],
    [['ja'], 'en'],
    [[], 'en'],
    [['KO_kr'], 'ko'],
  ] as const)('follow the first supported language of a user who prefers %j: %s', (preferred, language) => {
    expect(pickLanguage(preferred)).toBe(language)
  })

  it('follow the region of the user', () => {
    expect(localeFor('en', ['ko-KR', 'en-GB'])).toBe('en-GB')
    expect(localeFor('ko', ['en-GB'])).toBe('ko')
    expect(localeFor('en', ['en-US@posix', 'en-GB'])).toBe('en-GB')
  })
})
