/** The form for a passphrase, and what is wrong with it. */
import type { WordKey } from '../../common/words/words.ts'

export interface PassphraseDraft {
  readonly current: string
  readonly passphrase: string
  readonly repeated: string
}

export const EMPTY_PASSPHRASE: PassphraseDraft = { current: '', passphrase: '', repeated: '' }

const MIN_LENGTH = 8

export function passphraseError(
  { current, passphrase, repeated }: PassphraseDraft,
  name: keyof PassphraseDraft,
  changes: boolean,
): WordKey | undefined {
  switch (name) {
    case 'current':
      return changes && current === '' ? 'needPassphrase' : undefined
    case 'passphrase':
      return passphrase.length < MIN_LENGTH ? 'needLongPassphrase' : undefined
    case 'repeated':
      return passphrase === repeated ? undefined : 'needSamePassphrase'
  }
}
