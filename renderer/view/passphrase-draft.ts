/** The form for a passphrase, and its errors. */
import type { WordKey } from '../../common/words/words.ts'

export const EMPTY_PASSPHRASE = { current: '', passphrase: '', repeated: '' }
export type PassphraseDraft = Readonly<typeof EMPTY_PASSPHRASE>

const MIN_LENGTH = 8
const ERRORS = { current: 'needPassphrase', passphrase: 'needLongPassphrase', repeated: 'needSamePassphrase' } as const

export function passphraseError(draft: PassphraseDraft, name: keyof PassphraseDraft, changes: boolean): WordKey | undefined {
  const { current, passphrase, repeated } = draft
  const isValid = { current: !changes || current !== '', passphrase: passphrase.length >= MIN_LENGTH, repeated: passphrase === repeated }
  return isValid[name] ? undefined : ERRORS[name]
}
