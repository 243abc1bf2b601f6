import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { turnsDuring } from '../../../helpers/sources/turns.ts'
import { createLineReader, type LineReader } from '../../../../server/sources/pop3/lines.ts'

const server = createServer()
let port = 0
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

/** A reader, and the far end that it reads from. */
async function pair(work: (reader: LineReader, far: Socket) => Promise<void>, answerMs = 10_000): Promise<void> {
  const near = connect(port, '127.0.0.1')
  const [[far]] = await Promise.all([once(server, 'connection'), once(near, 'connect')])
  try {
    await work(createLineReader(near, answerMs), far)
  } finally {
    near.destroy()
    far.destroy()
  }
}

async function body(reader: LineReader, most = 100_000): Promise<readonly string[]> {
  const lines: string[] = []
  await reader.body(most, (line) => lines.push(line.toString('latin1')))
  return lines
}

test('reads lines, however they come, with and without CR', async () => {
  await pair(async (reader, far) => {
    far.write('+OK one\r\n+OK')
    expect((await reader.line()).toString()).toBe('+OK one')
    far.write(' two\n')
    expect((await reader.line()).toString()).toBe('+OK two')
    expect(reader.hasMore).toBe(false)
    far.write('three\r\nfour')
    expect((await reader.line()).toString()).toBe('three')
    expect(reader.hasMore).toBe(true)
  })
})

test('reads a body up to its dot, and unstuffs dots', async () => {
  await pair(async (reader, far) => {
    far.write('a\r\n..\r\n..b\r\n\r\n.\r\n+OK next\r\n')
    expect(await body(reader)).toEqual(['a', '.', '.b', ''])
    expect((await reader.line()).toString()).toBe('+OK next')
  })
})

test('keeps the beginning of an overlong line of a body, and continues after it', async () => {
  await pair(async (reader, far) => {
    far.write(`a\r\n${'x'.repeat(50_000)}\r\nb\r\n.\r\n`)
    const [first, long, last] = await body(reader)
    expect([first, last]).toEqual(['a', 'b'])
    expect(long).toMatch(/^x+$/)
    expect(long?.length).toBeLessThanOrEqual(8_192)
  })
})

test('refuses a body that is too long, in many lines or in one', async () => {
  for (const text of ['line\r\n'.repeat(3_000), 'x'.repeat(20_000)]) {
    await pair(async (reader, far) => {
      far.write(text)
      await expect(body(reader, 10_000)).rejects.toThrow('a reply of more than 9 KiB')
    })
  }
})

test('refuses a reply that is too long', async () => {
  await pair(async (reader, far) => {
    far.write('x'.repeat(9_000))
    await expect(reader.line()).rejects.toThrow('a line of more than 8 KiB')
  })
})

test('reports an end, an error and silence', async () => {
  await pair(async (reader, far) => {
    far.end('half a line')
    await expect(reader.line()).rejects.toMatchObject({ code: 'NoConnection' })
  })
  await pair(async (reader, far) => {
    far.resetAndDestroy()
    await expect(reader.line()).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|NoConnection/) })
  })
  await pair(async (reader) => {
    await expect(reader.line()).rejects.toMatchObject({ code: 'ETIMEOUT' })
  }, 20)
})

test('gives the same lines, wherever the stream is cut', async () => {
  await pair(async (reader, far) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', '.', ' ', 'é'), maxLength: 5 }), { maxLength: 10 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 5 }),
        async (lines, cuts) => {
          const bytes = Buffer.from([...lines.map((line) => (line.startsWith('.') ? `.${line}` : line)), '.', ''].join('\r\n'), 'latin1')
          const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
          for (const [i, place] of places.entries()) {
            if (i > 0) far.write(bytes.subarray(places[i - 1], place))
            await new Promise(setImmediate)
          }
          expect(await body(reader)).toEqual(lines)
        },
      ),
      { numRuns: 50 },
    )
  })
})

test('other work is done in between, however many lines come at once', async () => {
  await pair(async (reader, far) => {
    far.write('a\n'.repeat(20_000))
    await vi.waitUntil(() => reader.hasMore)
    far.end('.\n')
    let count = 0
    expect(await turnsDuring(reader.body(100_000, () => void (count += 1)))).toBeGreaterThan(5)
    expect(count).toBe(20_000)
  })
})
