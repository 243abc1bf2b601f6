import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { interceptRows } from '../../../../server/sources/sql/postgres-rows.ts'

/** A message of the protocol: its type, its length, and its content. */
function message(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(5, type)
  header.writeUInt32BE(content.length + 4, 1)
  return Buffer.concat([header, content])
}

const row = (text: string): Buffer => message('D', Buffer.concat([Buffer.from([0, 1]), Buffer.from(text)]))
const other = (text: string): Buffer => message('N', Buffer.from(text))

const MESSAGES = [other('before'), row('one'), row(''), other(''), row('three'), row('x'.repeat(300)), other('after')]

function read(chunks: readonly Buffer[], isTaken = true) {
  const stream = new PassThrough()
  const passed: Buffer[] = []
  const rows: string[] = []
  const reader = interceptRows(stream)
  stream.on('data', (chunk: Buffer) => void passed.push(Buffer.from(chunk)))
  if (isTaken) reader.take((bytes, start, end) => void rows.push(bytes.toString('utf8', start, end)))
  for (const chunk of chunks) stream.emit('data', chunk)
  return { rows, passed: Buffer.concat(passed), stream }
}

test('rows are taken, and all else is passed on in order, however the bytes are cut', () => {
  const bytes = Buffer.concat(MESSAGES)
  const rest = Buffer.concat([other('before'), other(''), other('after')])
  const expected = ['one', '', 'three', 'x'.repeat(300)]
  for (let size = 1; size <= bytes.length; size += 1) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size))
    const { rows, passed } = read(chunks)
    expect(rows).toEqual(expected)
    expect(passed.equals(rest)).toBe(true)
  }
})

test('rows are left to pg while none are taken', () => {
  const bytes = Buffer.concat(MESSAGES)
  expect(read([bytes], false).passed.equals(bytes)).toBe(true)
})

test('what is no message is passed on, for pg to refuse', () => {
  const garbage = Buffer.from('H\0\0\0\x01TTP/1.1 400 Bad Request')
  expect(read([garbage]).passed.equals(garbage)).toBe(true)
})

test('an error of the taker ends the connection, not the process', () => {
  const stream = new PassThrough()
  stream.on('error', () => undefined)
  interceptRows(stream).take(() => {
    throw new Error('unreadable')
  })
  stream.emit('data', row('one'))
  expect(stream.destroyed).toBe(true)
})
