import type { Outcome } from '../../../common/protocol/outcome.ts'
import { OutcomeWords } from '../controls/OutcomeWords.tsx'

/** Why a choice could not be made, or nothing. */
export const Failure = ({ outcome }: { readonly outcome: Outcome | null }) => outcome && <OutcomeWords outcome={outcome} />
