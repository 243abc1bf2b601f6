/** The form for a passphrase, and its errors. */
import type { FieldErrors } from './field-errors.ts'

export const EMPTY_PASSPHRASE = { current: '', passphrase: '', repeated: '' }

const MIN_LENGTH = 8

/** @param changes whether there is a current passphrase */
export const passphraseErrors = (
  { current, passphrase, repeated }: typeof EMPTY_PASSPHRASE,
  changes: boolean,
): FieldErrors<keyof typeof EMPTY_PASSPHRASE> => ({
  current: changes && current === '' && 'needPassphrase',
  passphrase: passphrase.length < MIN_LENGTH && 'needLongPassphrase',
  repeated: passphrase !== repeated && 'needSamePassphrase',
})
