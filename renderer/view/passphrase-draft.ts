/** Pure: what is typed for a passphrase, and what is wrong with it. */
import type { WordKey } from '../../common/words/keys.ts'

export interface PassphraseDraft {
  readonly present: string
  readonly passphrase: string
  readonly repeated: string
}

export const EMPTY_PASSPHRASE: PassphraseDraft = { present: '', passphrase: '', repeated: '' }

const MIN_PASSPHRASE = 8

export function passphraseError(
  { present, passphrase, repeated }: PassphraseDraft,
  name: keyof PassphraseDraft,
  changes: boolean,
): WordKey | undefined {
  switch (name) {
    case 'present':
      return changes && present === '' ? 'needPassphrase' : undefined
    case 'passphrase':
      return passphrase.length < MIN_PASSPHRASE ? 'needLongPassphrase' : undefined
    case 'repeated':
      return passphrase === repeated ? undefined : 'needSamePassphrase'
  }
}
