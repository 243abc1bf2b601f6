/** What people call the accounts of a config. */
import type { SourceConfig, SourceEntry } from '../sources/kinds.ts'

/** The account of a source, if it has exactly one. */
export const accountOf = (source: SourceEntry | SourceConfig): string | undefined => ('account' in source ? source.account : undefined)

/** The labels by the ids of their accounts. @param addError about the label of the source at an index */
export function labelsOf(sources: readonly SourceEntry[], addError: (index: number, message: string) => void): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  for (const [index, entry] of sources.entries()) {
    const account = accountOf(entry)
    if (!entry.label) continue
    if (account === undefined) addError(index, 'is for a source of one account, which names it in account')
    else labels.set(account, entry.label)
  }
  return labels
}
