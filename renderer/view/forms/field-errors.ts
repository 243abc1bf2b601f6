import type { WordKey } from '../../../common/words/words.ts'

/** What is wrong with what was typed in each field of a form; false if nothing is. */
export type FieldErrors<Name extends string> = Readonly<Record<Name, WordKey | false>>
