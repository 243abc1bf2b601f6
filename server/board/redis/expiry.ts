/**
 * The end of the validity of pushed numbers. It is stored with the number, on the clock of Redis, so that each machine can
 * make it stale: the one that took the number may have failed. Where several do so, the first one changes it.
 */
import { notReportedFor } from '../validity.ts'
import { sharedStateOf } from './account.ts'
import { writeArguments } from './messages.ts'
import { type Machine, writeAccounts } from './machine.ts'
import { SLICE } from './publisher.ts'

/** @param timeMs of Redis; what is not written now is due at the next heartbeat */
export async function markExpired(machine: Machine, timeMs: number): Promise<void> {
  if (machine.replica.okExpiring === 0) return
  const expired: string[][] = []
  for (const account of machine.replica.all()) {
    const { status, validity } = account
    if (status !== 'ok' || !validity || validity.untilMs > timeMs) continue
    const error = notReportedFor(validity.seconds)
    expired.push([...writeArguments(account, { ...sharedStateOf(account), status: 'stale', error })])
  }
  for (let i = 0; i < expired.length; i += SLICE) await writeAccounts(machine, '', expired.slice(i, i + SLICE).flat(), true)
}
