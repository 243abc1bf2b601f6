/**
 * Reads the accounts of the shared board in pages. Writes what this machine has and Redis has lost: into an epoch that it fills
 * itself, and into one that another machine has filled.
 */
import type { AccountError } from '../../../common/protocol/wire.ts'
import { slicesOf } from '../../platform/turns.ts'
import { type SharedAccount, type SharedState, sharedStateOf } from './account.ts'
import type { Connection, Heartbeat } from './connection/connection.ts'
import type { Content } from './content.ts'
import { isLaterEpoch, isSameLine } from './epochs.ts'
import type { Machine } from './machine.ts'
import { accountFrom, seedArguments, sourceText, writeArguments } from './messages.ts'

/** Accounts in one command, and in one turn: while V8 marks the objects of a large board, every 64 KB of new ones cost up to 5 ms. */
export const PAGE = 100

export const NOT_COLLECTED_YET: AccountError = {
  code: 'network',
  message: 'The machine that collects has just changed, and has not counted this yet; the number may be old.',
}

/** Longer than it takes to send a page, and to wait for one on a busy machine; shorter than people wait. */
export const SEEDING_MS = 10_000

/** The machine that collects may not count it any more. */
function restoredStateOf(account: SharedAccount): SharedState {
  const state = sharedStateOf(account)
  return account.source === '' || state.status !== 'ok' ? state : { ...state, status: 'stale', error: NOT_COLLECTED_YET }
}

/** @param isOn asked between pages; false if the session or the epoch is over */
export function createRecovery(
  { names, replica, machineId, deferred }: Machine,
  connection: Connection,
  isOn: (epoch: string) => Promise<boolean>,
) {
  const { commands, answer } = connection
  const keys = [names.accounts, names.meta, names.seeding]

  async function* readAccounts(): AsyncGenerator<readonly SharedAccount[], void> {
    let cursor = '0'
    do {
      const page = await answer(commands.hScan(names.accounts, cursor, { COUNT: PAGE }))
      yield page.entries.map(({ field, value }) => accountFrom(field, value))
      cursor = page.cursor
    } while (cursor !== '0')
  }

  /** True for an account of an older state that Redis has come back with. */
  const wasRemoved = ({ id, rev }: SharedAccount): boolean => rev <= replica.rev && !replica.shared(id)

  /** False if this machine does so no longer: it took too long, or leaves. */
  const seedSlice = async (epoch: string, slice: readonly SharedAccount[]): Promise<boolean> =>
    (await isOn(epoch)) && (await answer(commands.seed(keys, [machineId, String(SEEDING_MS), ...slice.flatMap(seedArguments)]))) === 1

  /** Puts what this machine has into an epoch that is not filled yet: Redis may have lost it. */
  async function seed({ epoch, previous }: Heartbeat): Promise<void> {
    const known = replica.sharedEpoch
    // Redis may also have lost that there was an epoch in between.
    const isLater = known !== null && (known === previous || isLaterEpoch(known, previous))
    if (isLater) {
      for await (const slice of slicesOf(replica.all(), PAGE, deferred)) if (!(await seedSlice(epoch, slice))) return
      for await (const page of readAccounts()) {
        const removed = page.filter(wasRemoved).map(({ id }) => id)
        if (removed.length > 0) await answer(commands.hDel(names.accounts, removed))
        if (!(await seedSlice(epoch, []))) return
      }
    }
    await answer(commands.seeded(keys, [machineId, ...(isLater ? [known, String(replica.rev)] : [previous, '0'])]))
  }

  /**
   * Writes what came by PUT or was removed, and the seeding machine had not received yet: no source would report it again. In
   * the new epoch all that was written since has a higher rev; what is missing there of a rev up to `base` was removed.
   * An account of a source is written only if it is missing, as one that its source has yet to count: a machine that had no
   * board may have filled the epoch, or ended what another one had filled in part.
   * False if Redis has lost nothing.
   */
  async function restore({ epoch, previous, base, rev: presentRev }: Heartbeat, { accounts }: Content): Promise<boolean> {
    const known = replica.sharedEpoch
    if (known === null) return false
    /** Its revs cannot be compared with those of this machine. */
    const isNewLine = !isSameLine(known, epoch)
    if (!isNewLine && (known !== previous || replica.rev <= base)) return false
    let isLost = false
    async function write(lost: readonly (readonly string[])[]): Promise<void> {
      if (lost.length === 0) return
      isLost = true
      const { kind } = await connection.write((deadline) =>
        commands.write(keys, [names.changes, '', deadline, String(presentRev), '', ...lost.flat()]),
      )
      // Newer ones may have come since they were read.
      if (kind !== 'done') throw new Error('Redis did not take the reported counts that it had lost; retrying.')
    }
    const isLostThere = ({ id, source, rev }: SharedAccount): boolean => {
      const present = accounts.get(id)
      if (!present) return isNewLine || rev > base
      return !isNewLine && source === '' && rev > base && present.source === '' && present.rev < rev
    }
    for await (const slice of slicesOf(replica.all(), PAGE, deferred))
      await write(slice.filter(isLostThere).map((account) => writeArguments(account, restoredStateOf(account))))
    if (isNewLine) return isLost
    for await (const slice of slicesOf(accounts.values(), PAGE, deferred))
      await write(slice.filter((account) => account.source === '' && wasRemoved(account)).map(({ id }) => [id, sourceText(''), '', '']))
    return isLost
  }

  return { readAccounts, seed, restore }
}
