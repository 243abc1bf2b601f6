import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { readAddresses } from '../../../../server/cli/links/addresses.ts'

test('a line is taken if it is the address; any other is answered, and an empty one ignored', async () => {
  const input = new PassThrough()
  const [lines, printed]: [string[], string[]] = [[], []]
  const ended = new AbortController()
  const take = (line: string): boolean => {
    lines.push(line)
    return line === 'right'
  }
  readAddresses(input, take, (line) => void printed.push(line), ended.signal)
  input.end('\n  \nhello\nright\n')
  await once(input, 'close')
  expect(lines).toEqual(['hello', 'right'])
  expect(printed).toEqual([expect.stringContaining('paste the whole address')])
})

test('the input is left alone once the sign-in has ended', async () => {
  const input = new PassThrough()
  const ended = new AbortController()
  const lines: string[] = []
  readAddresses(input, (line) => lines.push(line) > 0, expect.fail, ended.signal)
  ended.abort()
  input.write('late\n')
  expect([input.isPaused(), lines]).toEqual([true, []])
})
