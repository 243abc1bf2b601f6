import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { appendFile, open, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MboxSourceConfig } from '../../../../server/sources/mbox/config.ts'
import { createMboxSource } from '../../../../server/sources/mbox/source.ts'
import { mboxConfig, mboxMessage, setUnread } from '../../../helpers/sources/mbox.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

let tmp: TemporaryFolder
let path: string
let running: RunningSources | null = null

beforeEach(async () => {
  tmp = await temporaryFolder()
  path = join(tmp.path, 'mbox')
  await writeFile(path, '')
})
afterEach(async () => {
  await running?.close()
  running = null
  await tmp.remove()
})

async function run(change: Partial<MboxSourceConfig> = {}): Promise<RunningSources> {
  running = await runSources([createMboxSource(mboxConfig(path, { intervalMs: 3_600_000, ...change }))])
  return running
}

const UNREAD = { header: 'Status: O\n' }

test('follows a file that is replaced', async () => {
  await setUnread(path, 2)
  const { shows } = await run()
  await shows('me', 2)
  await writeFile(join(tmp.path, 'new'), mboxMessage(UNREAD))
  await rename(join(tmp.path, 'new'), path)
  await shows('me', 1)
  await appendFile(path, mboxMessage(UNREAD))
  await shows('me', 2)
})

test('never shows a number from the middle of a delivery', async () => {
  await setUnread(path, 1)
  const { board, shows } = await run()
  await shows('me', 1)
  const numbers: (number | undefined)[] = []
  board.subscribe(() => numbers.push(board.get('me')?.counts?.unread))
  const file = await open(path, 'a')
  for (let n = 0; n < 20; n += 1) for (const byte of Buffer.from(mboxMessage(UNREAD))) await file.write(Buffer.of(byte))
  await file.close()
  await shows('me', 21)
  expect(numbers).toEqual(numbers.toSorted((a, b) => (a ?? 0) - (b ?? 0)))
})

test('waits for a lock, and shows the result', async () => {
  await setUnread(path, 3)
  const { board, shows } = await run()
  await shows('me', 3)
  const told: (number | undefined)[] = []
  board.subscribe(() => told.push(board.get('me')?.counts?.unread))
  await writeFile(`${path}.lock`, '')
  const content = await readFile(path)
  await writeFile(path, content.subarray(0, 200))
  await until(async () => (await readFile(path)).length === 200)
  await writeFile(path, content.toString('latin1').replace('Status: O', 'Status: RO'))
  await unlink(`${path}.lock`)
  await shows('me', 2)
  expect(told).toEqual([2])
})

test('finds a mark in the middle soon, although a message was added at the same moment', async () => {
  const filler = { text: `${'x'.repeat(70)}\n`.repeat(200) }
  await writeFile(path, mboxMessage(filler) + mboxMessage({ ...filler, ...UNREAD }) + mboxMessage(filler))
  const { shows } = await run()
  await shows('me', 3)
  const mark = (await readFile(path)).indexOf('Status: O\n')
  const file = await open(path, 'r+')
  await file.write('Status: R\n', mark)
  await file.close()
  await appendFile(path, mboxMessage(UNREAD) + mboxMessage(UNREAD))
  await shows('me', 4)
})

test('never shows a delivery without what was marked before it', async () => {
  const filler = mboxMessage({ text: `${'x'.repeat(70)}\n`.repeat(200) })
  await writeFile(path, filler + mboxMessage(UNREAD) + mboxMessage(UNREAD) + mboxMessage(UNREAD) + filler)
  const { board, shows } = await run()
  await shows('me', 5)
  const numbers: (number | undefined)[] = []
  board.subscribe(() => numbers.push(board.get('me')?.counts?.unread))
  // Both at once: the source runs in between otherwise.
  const file = openSync(path, 'r+')
  for (let left = 3; left > 0; left -= 1) writeSync(file, 'Status: R\n', readFileSync(path).indexOf('Status: O\n'))
  closeSync(file)
  appendFileSync(path, mboxMessage())
  await shows('me', 3)
  expect(numbers).toEqual([3])
})

test('is empty where it may be missing and is', async () => {
  await unlink(path)
  const { shows } = await run({ mayBeMissing: true })
  await shows('me', 0)
  await writeFile(path, mboxMessage(UNREAD))
  await shows('me', 1)
  await unlink(path)
  await shows('me', 0)
})

test('explains why a file is not an mbox file', async () => {
  await writeFile(path, 'From what I hear, this is no mbox.\n')
  const { board } = await run()
  expect((await until(() => board.get('me')?.error)).message).toContain('is not an mbox file: its first line')
})
