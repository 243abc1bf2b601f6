import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linesOf } from '../../../../server/sources/command/lines.ts'

const tooLong = (): Error => new Error('too long')

async function read(chunks: readonly (string | Uint8Array)[], most = 100): Promise<readonly (readonly string[])[]> {
  const groups: (readonly string[])[] = []
  const stream = Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: true },
  )
  for await (const lines of linesOf(stream, most, tooLong)) groups.push(lines)
  return groups
}

test('gives the lines of one chunk together, and the last one without its end', async () => {
  expect(await read(['1\n2\n3', '4\n', '\n5'])).toEqual([['1', '2'], ['34'], [''], ['5']])
})

test('joins a character that was cut', async () => {
  const [first, second] = [Buffer.from('é\n').subarray(0, 1), Buffer.from('é\n').subarray(1)]
  expect(await read([first, second])).toEqual([['é']])
})

test('accepts bytes that are not UTF-8', async () => {
  expect(await read([Buffer.from([0xff, 0x35, 0x0a])])).toEqual([['\ufffd5']])
})

test.each([[['x'.repeat(101) + '\n']], [['x'.repeat(60), 'x'.repeat(60)]], [['ok\n', 'x'.repeat(60), 'x'.repeat(60) + '\n']]])(
  'ends at a line that is too long',
  async (chunks) => {
    await expect(read(chunks)).rejects.toThrow('too long')
  },
)

test('gives the same lines, wherever the stream is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '회', '\r', '1') }), { maxLength: 20 }), async (chunks) => {
      const text = chunks.join('')
      const lines = text.split('\n')
      if (lines.at(-1) === '') lines.pop()
      expect((await read(chunks, 10_000)).flat()).toEqual(lines)
    }),
  )
})
