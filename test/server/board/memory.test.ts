import { expect, it } from 'vitest'
import { PutAccounts } from '../../../common/protocol/wire.ts'
import { createBoard } from '../../../server/board/board.ts'
import { createLocalBackend } from '../../../server/board/local.ts'
import { createPushedAccounts, DEFAULT_PUSH_CAPS } from '../../../server/board/pushed.ts'
import { createStore } from '../../../server/board/store.ts'
import { createLog } from '../../../server/platform/log.ts'
import { heapBytes } from '../../helpers/memory.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { raise } from './redis/content-of.ts'

const FIRST = 8_000
const ACCOUNTS = 24_000
const BULK = 1_000

it('an account with a number alone takes at most 334 bytes of heap, on the board and with what is stored of it', async () => {
  const folder = await temporaryFolder()
  const board = createBoard('life', Date.now)
  const collector = {
    setSources: () => Promise.resolve(),
    ownerOf: () => undefined,
    act: () => Promise.resolve({ kind: 'unable' as const }),
  }
  const schedule = () => () => undefined
  const defer = (callback: () => void): void => callback()
  const store = createStore({ dataDir: folder.path, log: createLog('silent'), now: Date.now, schedule, defer })
  const backend = createLocalBackend(board, collector, store, [], { now: () => 0, schedule }, raise)
  const pushed = createPushedAccounts(backend, DEFAULT_PUSH_CAPS)
  pushed.start()
  async function fill(from: number, to: number): Promise<void> {
    for (let first = from; first < to; first += BULK) {
      const body = { accounts: Array.from({ length: BULK }, (_, i) => ({ id: `user${first + i}@example.org`, unread: i })) }
      const { accounts } = PutAccounts.parse(JSON.parse(JSON.stringify(body)))
      await pushed.put(
        'feeder',
        accounts.map(({ id, validFor, ...counts }) => ({ id, counts, validFor })),
      )
    }
  }
  // The lines that are not rows yet take memory too, whatever the number of accounts.
  await fill(0, FIRST)
  const before = heapBytes()
  await fill(FIRST, FIRST + ACCOUNTS)
  const each = (heapBytes() - before) / ACCOUNTS
  expect(board.size).toBe(FIRST + ACCOUNTS)
  expect(each).toBeLessThan(334)
  await backend.close()
  await folder.remove()
})
