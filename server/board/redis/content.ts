/**
 * Pure: what the shared board contains at a rev. A replica answers from one; a resync fills the next one beside it, over many
 * turns, and no client sees it before it is complete.
 */
import { createLargeMap, type ReadonlyLargeMap } from '../../platform/large-map.ts'
import type { Check, SharedAccount } from './account.ts'

/** One change of the shared board, from the rev `before` to the rev `after`. */
export interface SharedChange {
  readonly epoch: string
  readonly before: number
  readonly after: number
  readonly accounts: readonly SharedAccount[]
  readonly removed: readonly string[]
}

/** The state at the start of a resync. Single accounts that are put may be newer than `rev`: the changes up to them follow. */
export interface ContentState {
  /** Null before the first resync. */
  readonly epoch: string | null
  readonly rev: number
  /** The rev of the last removal. */
  readonly removedAtRev: number
}

export type Content = ReturnType<typeof createContent>

export function createContent({ epoch, rev, removedAtRev }: ContentState) {
  const accounts = createLargeMap<SharedAccount>()
  /** The names of sources, each once: a source may count all accounts, and each account may have a source of its own. */
  const sources = createLargeMap<string>()
  /** Of the `ok` accounts: those that a source counts, and those whose validity ends. A walk over all would take too long for each heartbeat. */
  const ok = { fromSource: 0, expiring: 0 }

  function tally({ source, validity, status }: SharedAccount, by: 1 | -1): void {
    if (status !== 'ok') return
    if (source !== '') ok.fromSource += by
    if (validity) ok.expiring += by
  }

  function remove(id: string): boolean {
    const known = accounts.get(id)
    if (known) tally(known, -1)
    return accounts.delete(id)
  }

  /** @param known what it replaces */
  function keep(account: SharedAccount, known: SharedAccount | undefined): void {
    if (known) tally(known, -1)
    tally(account, 1)
    if (account.source === '') return void accounts.set(account.id, account)
    const source = sources.get(account.source) ?? account.source
    sources.set(source, source)
    accounts.set(account.id, { ...account, source })
  }

  return {
    epoch,
    accounts: accounts satisfies ReadonlyLargeMap<SharedAccount> as ReadonlyLargeMap<SharedAccount>,
    ok: ok satisfies Readonly<typeof ok> as Readonly<typeof ok>,
    get rev() {
      return rev
    },
    get removedAtRev() {
      return removedAtRev
    },
    put: (account: SharedAccount): void => keep(account, accounts.get(account.id)),
    /** The ids that have changed, none if it has the change already. Null: it is not the next one, or of another epoch. */
    apply(change: SharedChange): readonly string[] | null {
      if (change.epoch !== epoch) return null
      if (change.after <= rev) return []
      if (change.before !== rev) return null
      const changed: string[] = []
      for (const account of change.accounts) {
        const known = accounts.get(account.id)
        if (known && known.rev >= account.rev) continue
        keep(account, known)
        changed.push(account.id)
      }
      for (const id of change.removed) if ((accounts.get(id)?.rev ?? Infinity) <= change.after && remove(id)) changed.push(id)
      if (change.removed.length > 0) removedAtRev = change.after
      rev = change.after
      return changed
    },
    /** Single accounts were counted again, and had not changed. One that has changed after `upToRev` has a newer check. */
    check(checks: Iterable<readonly [id: string, check: Check]>, upToRev: number): void {
      for (const [id, check] of checks) {
        const account = accounts.get(id)
        if (account && account.rev <= upToRev) keep({ ...account, ...check }, account)
      }
    },
  }
}
