/** Logs each cause of an outage once, however many attempts and writes it fails, and the end of the outage. */
import { errorTextOf } from '../../../../common/errors.ts'
import type { Logger } from '../../../platform/log.ts'

export function createOutageLog(log: Logger, machineId: string) {
  const reasons = new Set<string>()
  return {
    failed(error: unknown): void {
      const reason = errorTextOf(error)
      if (reasons.has(reason)) return
      reasons.add(reason)
      log.warn({ machine: machineId, reason }, 'the shared board does not work; retrying')
    },
    recovered(): void {
      if (reasons.size === 0) return
      reasons.clear()
      log.info({ machine: machineId }, 'the shared board works again')
    },
  }
}
