import { describe, expect, test } from 'vitest'
import { needs } from '../../helpers/parts.ts'
import { runSharedStorm } from './shared-storm.ts'

describe.runIf(needs('redis'))('on a shared board, under many clients and a feeder', () => {
  test.each(['everysec', 'none'] as const)(
    'what was answered 204 survives kills of a server and of Redis, and no client shows a wrong number: Redis appends %s',
    async (persistence) => {
      const crashes = ['kill of a server', 'kill of Redis', 'restart of a server', 'kill of Redis'] as const
      const options = { clients: 100, accounts: 20, listLength: 1_000, seed: 20_261_126, kick: true }
      const { wrong } = await runSharedStorm({ ...options, crashes, persistence })
      expect(wrong).toEqual([])
    },
  )
})
