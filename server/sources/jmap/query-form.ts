/**
 * The forms of Email/query (RFC 8621, section 4.4), and which of them a server answers. Many servers lack a part of it:
 * James takes `inMailbox` at the top level only and neither `anchor` nor `calculateTotal`, and an index that is being built
 * answers nothing at all. No count depends on it where Mailbox/get has one.
 */
export interface QueryForm {
  readonly filter: FilterName
  readonly isSorted: boolean
  readonly collapsesThreads: boolean
  readonly hasTotal: boolean
}

/** From the one that leaves least to do here to the one that all servers should know. */
const FILTERS = ['joint', 'each', 'simple', 'mailbox'] as const
type FilterName = (typeof FILTERS)[number]

const NEWEST_FIRST = [{ property: 'receivedAt', isAscending: false }]

/** Unread is what is neither seen nor a draft, as in the server's own counts (RFC 8621, section 2). */
function filterOf(name: FilterName, ids: readonly string[]): object {
  const [inMailbox] = ids
  if (name === 'mailbox') return { inMailbox }
  if (name === 'simple') return { inMailbox, notKeyword: '$seen' }
  if (name === 'each' || ids.length === 1)
    return { operator: 'AND', conditions: [{ inMailbox, notKeyword: '$seen' }, { notKeyword: '$draft' }] }
  const inAny = { operator: 'OR', conditions: ids.map((id) => ({ inMailbox: id })) }
  return { operator: 'AND', conditions: [{ notKeyword: '$seen' }, { notKeyword: '$draft' }, inAny] }
}

/** The lists of mailboxes for which there is one query each. */
export const groupsOf = (form: QueryForm, ids: readonly string[]): readonly (readonly string[])[] =>
  form.filter === 'joint' ? [ids] : ids.map((id) => [id])

/** The arguments of a query for one of these groups. */
export const queryArguments = (form: QueryForm, ids: readonly string[]): Readonly<Record<string, unknown>> => ({
  filter: filterOf(form.filter, ids),
  ...(form.isSorted && { sort: NEWEST_FIRST }),
  ...(form.collapsesThreads && { collapseThreads: true }),
  ...(form.hasTotal && { calculateTotal: true }),
})

/** Whether all that the query finds is unread. */
export const isExact = ({ filter }: QueryForm): boolean => filter === 'joint' || filter === 'each'

/** The form to try after this one; null where there is none. */
function simplerForm(form: QueryForm, type: string): QueryForm | null {
  if (type === 'unknownMethod') return null
  if (type === 'unsupportedSort' && form.isSorted) return { ...form, isSorted: false }
  if (type === 'invalidArguments' && form.collapsesThreads) return { ...form, collapsesThreads: false }
  if (type === 'invalidArguments' && form.hasTotal) return { ...form, hasTotal: false }
  const filter = FILTERS[FILTERS.indexOf(form.filter) + 1]
  if (filter) return { ...form, filter }
  return type === 'invalidArguments' && form.isSorted ? { ...form, filter: 'joint', isSorted: false } : null
}

/** Until the best form is tried again: the server may have been repaired, or its index complete. */
const RETRY_MS = 3_600_000
/** After no form at all was answered; doubled up to the above. */
const FIRST_PAUSE_MS = 60_000

export type QueryMemory = ReturnType<typeof createQueryMemory>

/**
 * Remembers what a server answers, for all attempts of a source.
 * @param best the form to begin with
 * @param now monotonic milliseconds
 */
export function createQueryMemory(best: QueryForm, now: () => number) {
  let form = best
  let isProven = false
  let bestAgainAtMs = Number.POSITIVE_INFINITY
  let pausedUntilMs = Number.NEGATIVE_INFINITY
  let failures = 0

  function failed(): null {
    isProven = false
    form = best
    pausedUntilMs = now() + Math.min(RETRY_MS, FIRST_PAUSE_MS * 2 ** failures)
    failures += 1
    return null
  }

  return {
    /** False for a server that takes no anchors. */
    canAnchor: true,
    /** The form to try now. */
    form(): QueryForm {
      if (now() >= bestAgainAtMs) {
        form = best
        bestAgainAtMs = Number.POSITIVE_INFINITY
      }
      return form
    },
    /** True after no form was answered, until a request is worth it again. */
    isPaused: (): boolean => now() < pausedUntilMs,
    /** Whether the server answered this form the last time, so that it may share a request with other calls. */
    isProven: (): boolean => isProven,
    answered(): void {
      isProven = true
      failures = 0
      if (form !== best && bestAgainAtMs === Number.POSITIVE_INFINITY) bestAgainAtMs = now() + RETRY_MS
    },
    /** The form to try next after this refusal; null where there is none. */
    refused(type: string): QueryForm | null {
      const next = simplerForm(form, type)
      if (next === null) return failed()
      isProven = false
      form = next
      return form
    },
    /** No form is answered now. */
    failed,
  }
}

/** For counting: the total counts a message in several mailboxes once. */
export const countingForm = (unit: 'emails' | 'threads'): QueryForm => ({
  ...LISTING_FORM,
  collapsesThreads: unit === 'threads',
  hasTotal: true,
})

/** For finding all unread messages. */
export const LISTING_FORM: QueryForm = { filter: 'joint', isSorted: true, collapsesThreads: false, hasTotal: false }
