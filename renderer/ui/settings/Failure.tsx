import type { Outcome } from '../../../main/ipc.ts'
import { OutcomeWords } from '../OutcomeWords.tsx'

/** Why a choice could not be made, or nothing. */
export const Failure = ({ outcome }: { readonly outcome: Outcome | null }) => outcome && <OutcomeWords outcome={outcome} />
