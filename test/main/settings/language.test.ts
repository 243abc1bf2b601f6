import { expect, test } from 'vitest'
import { languageOf } from '../../../main/settings/language.ts'

test.each([
  [['ko-KR', 'en-US'], 'ko'],
  [['fr-FR', 'ko'], 'ko'],
  [['de-DE', 'en-GB', 'ko-KR'], 'en'],
  [['ja'], 'en'],
  [[], 'en'],
  [['KO_kr'], 'ko'],
] as const)('a system that prefers %j gets %s', (systemLanguages, language) => {
  expect(languageOf('system', systemLanguages)).toBe(language)
})

test('a configured language overrides the system', () => {
  expect(languageOf('en', ['ko-KR'])).toBe('en')
})
