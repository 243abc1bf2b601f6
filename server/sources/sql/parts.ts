/** A report in parts: the process that receives them does other work in between. */
import type { AccountCounts } from '../source.ts'
import type { ReportPart } from './messages.ts'
import type { TallyReport } from './tally.ts'

/** Accounts and messages in one part: a millisecond, or some where a server has millions of accounts. */
const PART_SIZE = 500

/** The accounts in the order of the report; the last part has the rest of it. */
export function* partsOf({ accounts, rest, ...reasons }: TallyReport): Generator<ReportPart, void> {
  let part: AccountCounts[] = []
  let size = 0
  for (const counts of accounts) {
    size += 1 + (counts.latest?.length ?? 0)
    if (part.length > 0 && size > PART_SIZE) {
      yield { accounts: part, rest, isPart: true }
      part = []
      size = 1 + (counts.latest?.length ?? 0)
    }
    part.push(counts)
  }
  yield { ...reasons, accounts: part, rest, isPart: false }
}
