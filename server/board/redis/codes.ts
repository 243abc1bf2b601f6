/** One-time codes of machines that share a board: one that a machine made is exchanged by any of them, once. */
import { CODE_CAPS, type CodeStore } from '../../auth/codes.ts'
import type { Machine } from './machine.ts'

export function createRedisCodeStore(machine: Machine): CodeStore {
  const { names, outage } = machine

  return {
    async put(codeHash, owner, sealed, validMs) {
      const { connection } = machine
      if (!connection) return 'unavailable'
      const { answer, commands } = connection
      try {
        const keys = [names.code(codeHash), names.codesOf(owner)]
        return await answer(commands.putCode(keys, [codeHash, sealed.toString('base64url'), String(validMs), String(CODE_CAPS.perOwner)]))
      } catch (error) {
        outage.failed(error)
        return 'unavailable'
      }
    },
    async take(codeHash) {
      const { connection } = machine
      if (!connection) return { kind: 'unavailable' }
      const { answer, commands } = connection
      try {
        return await answer(commands.takeCode([names.code(codeHash)], []))
      } catch (error) {
        outage.failed(error)
        return { kind: 'unavailable' }
      }
    },
  }
}
