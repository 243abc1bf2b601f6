import { beforeEach, expect, test } from 'vitest'
import { type Board, createBoard, type Update } from '../../../server/board/board.ts'
import { createBoardWriter } from '../../../server/collector/board-writer.ts'

let board: Board
let slices: number[]
let turns: (() => void)[]
let write: ReturnType<typeof createBoardWriter>['write']

beforeEach(() => {
  board = createBoard('test', () => 0)
  slices = []
  turns = []
  board.subscribe((ids) => void slices.push(ids.length))
  ;({ write } = createBoardWriter(board, (callback) => void turns.push(callback)))
})

const updates = (count: number, unread: number): Update[] =>
  Array.from({ length: count }, (_, n) => ({ id: `user${n}`, counts: { unread } }))

/** The following turns of the event loop. */
async function runTurns(count = Number.POSITIVE_INFINITY): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise(setImmediate)
    const next = turns.shift()
    if (!next) return
    next()
  }
}

test('few updates are on the board at once', () => {
  expect(write(updates(10, 1))).toBeNull()
  expect(board.size).toBe(10)
})

test('many updates take a turn for each thousand', async () => {
  const written = write(updates(2_500, 1))
  expect(slices).toEqual([1_000])
  await runTurns()
  await written
  expect(slices).toEqual([1_000, 1_000, 500])
})

test('a later write waits for an earlier one', async () => {
  const first = write(updates(1_500, 1))
  const second = write(updates(1, 2))
  expect(board.get('user0')?.counts?.unread).toBe(1)
  await runTurns()
  await Promise.all([first, second])
  expect(board.get('user0')?.counts?.unread).toBe(2)
})

test('what is over is not written to its end, and what follows is', async () => {
  let isOver = false
  const first = write(updates(5_000, 1), undefined, () => isOver)
  await runTurns(1)
  isOver = true
  const second = write([{ id: 'user0', status: 'stale' }])
  await runTurns()
  await Promise.all([first, second])
  expect(board.size).toBe(2_000)
  expect(board.get('user0')?.status).toBe('stale')
})
