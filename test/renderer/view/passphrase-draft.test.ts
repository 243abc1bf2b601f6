import { expect, test } from 'vitest'
import { passphraseError } from '../../../renderer/view/passphrase-draft.ts'

test('a passphrase must be long enough and repeated correctly', () => {
  const draft = { current: '', passphrase: '1234567', repeated: '12345678' }
  expect(passphraseError(draft, 'passphrase', false)).toBe('needLongPassphrase')
  expect(passphraseError(draft, 'repeated', false)).toBe('needSamePassphrase')
  expect(passphraseError(draft, 'current', true)).toBe('needPassphrase')
  expect(passphraseError({ ...draft, passphrase: '12345678' }, 'repeated', false)).toBeUndefined()
})
