import { describe, expect, test } from 'vitest'
import { diskKinds } from './disk.ts'
import { runStorm } from './storm.ts'

const [disk] = await diskKinds()
if (!disk) console.warn('Skipped: crashes; this system can neither mount a small disk nor limit the size of files (prlimit).')

describe.runIf(disk)('under many clients and a feeder', () => {
  test('what was answered 204 survives two restarts, kills and full disks, and no client shows a wrong number as fresh', async () => {
    const crashes = ['kill', 'full disk', 'restart', 'kill', 'restart on a full disk', 'restart'] as const
    const options = { clients: 100, accounts: 20, listLength: 1_000, seed: 20_261_126, kick: true }
    const { wrong } = await runStorm({ ...options, crashes, disk: disk ?? 'limit' })
    expect(wrong).toEqual([])
  })
})
