/**
 * The end of the validity of pushed numbers. It is stored with the number, on the clock of Redis, so that each machine can
 * make it stale: the one that took the number may have failed. Where several do so, the first one changes it.
 */
import { slicesOf } from '../../platform/turns.ts'
import { notReportedFor } from '../validity.ts'
import { sharedStateOf } from './account.ts'
import { writeArguments } from './messages.ts'
import { type Machine, writeAccounts } from './machine.ts'
import { SLICE } from './publisher.ts'

/** @param timeMs of Redis; what is not written now is due at the next heartbeat */
export async function markExpired(machine: Machine, timeMs: number): Promise<void> {
  const { replica, deferred, closing } = machine
  if (replica.okExpiring === 0) return
  for await (const slice of slicesOf(replica.all(), SLICE, deferred)) {
    if (closing.signal.aborted) return
    const expired = slice.flatMap((account) => {
      const { status, validity } = account
      if (status !== 'ok' || !validity || validity.untilMs > timeMs) return []
      const error = notReportedFor(validity.seconds)
      return writeArguments(account, { ...sharedStateOf(account), status: 'stale', error })
    })
    if (expired.length > 0) await writeAccounts(machine, '', expired, true)
  }
}
