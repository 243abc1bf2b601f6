import { expect, test } from 'vitest'
import { passphraseErrors } from '../../../../renderer/view/forms/passphrase-draft.ts'

test('a passphrase must be long enough and repeated correctly', () => {
  const draft = { current: '', passphrase: '1234567', repeated: '12345678' }
  expect(passphraseErrors(draft, false)).toEqual({ current: false, passphrase: 'needLongPassphrase', repeated: 'needSamePassphrase' })
  expect(passphraseErrors(draft, true).current).toBe('needPassphrase')
  expect(passphraseErrors({ ...draft, passphrase: '12345678' }, false).repeated).toBe(false)
})
