import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createLog } from '../../../server/platform/log.ts'
import { terminalLine } from '../../../server/platform/log-lines.ts'

const timeText = (iso: string): string => iso.slice(11, 19)

/** The lines of this log as a terminal without colours shows them. */
function linesOf(write: (log: ReturnType<typeof createLog>) => void): readonly string[] {
  const to = new PassThrough({ encoding: 'utf8' })
  write(createLog('debug', to))
  const text = String(to.read())
  return text
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [terminalLine(`${line}\n`, timeText, false).replace(/^\d\d:\d\d:\d\d /, '')]))
}

test('a person reads the time, the level, the message, and the fields', () => {
  const json = '{"level":"warn","time":"2026-01-01T14:53:07.000Z","source":"imap kim","attempt":3,"msg":"the source failed"}\n'
  expect(terminalLine(json, timeText, false)).toBe('14:53:07 warn  the source failed (source: imap kim, attempt: 3)\n')
  expect(terminalLine(json, timeText, true)).toContain('\u001b[33mwarn ')
  expect(terminalLine('{"level":"warn","dropped":2,"msg":"lines were lost"}\n', timeText, false)).toBe(
    'warn  lines were lost (dropped: 2)\n',
  )
})

test('an error is its message on one line, and a secret stays hidden', () => {
  const error = Object.assign(new Error('disk\nis full'), { code: 'ENOSPC' })
  expect(linesOf((log) => log.error({ err: error, password: 'hush' }, 'it cannot be stored'))).toEqual([
    'error it cannot be stored (err: disk is full, password: [secret])\n',
  ])
})

test('what a server sent changes nothing that the terminal shows', () => {
  expect(linesOf((log) => log.info({ notice: 'a\u001b[2Jb\nc\u202ed', list: [1, { x: null }] }, 'a notice\u0007'))).toEqual([
    'info  a notice  (notice: a [2Jb c d, list: [1,{"x":null}])\n',
  ])
})

test('what is no log line stays as it is', () => {
  for (const text of ['no JSON\n', '3\n', 'null\n']) expect(terminalLine(text, timeText, false)).toBe(text)
})
