import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { readRedirectAddresses } from '../../../../server/cli/links/addresses.ts'

test('a line is taken if it is the address; any other is answered, and an empty one ignored', async () => {
  const input = new PassThrough()
  const [lines, printed]: [string[], string[]] = [[], []]
  const ended = new AbortController()
  const take = (line: string): boolean => {
    lines.push(line)
    return line === 'right'
  }
  const print = (line: string): void => void printed.push(line)
  readRedirectAddresses({ input, output: new PassThrough(), print, interrupt: expect.fail }, take, ended.signal)
  input.end('\n  \nhello\nright\n')
  await once(input, 'close')
  expect(lines).toEqual(['hello', 'right'])
  expect(printed).toEqual([expect.stringContaining('paste the whole address')])
})

test('the input is left alone once the sign-in has ended', async () => {
  const input = new PassThrough()
  const ended = new AbortController()
  const lines: string[] = []
  const terminal = { input, output: new PassThrough(), print: expect.fail, interrupt: expect.fail }
  readRedirectAddresses(terminal, (line) => lines.push(line) > 0, ended.signal)
  ended.abort()
  input.write('late\n')
  expect([input.isPaused(), lines]).toEqual([true, []])
})

test('a terminal gives a line of any length, and Ctrl+C still ends the command', () => {
  const modes: unknown[] = []
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (isRaw: boolean) => modes.push(isRaw) })
  const events: unknown[] = []
  const interrupt = (): void => void events.push('interrupt')
  const take = (line: string): boolean => events.push(line.length) > 0
  readRedirectAddresses({ input, output: new PassThrough(), print: expect.fail, interrupt }, take, new AbortController().signal)
  expect(modes).toEqual([true])
  input.emit('data', Buffer.from(`${'a'.repeat(5_000)}\r`))
  input.emit('data', Buffer.from('\x03'))
  expect([events, modes]).toEqual([
    [5_000, 'interrupt'],
    [true, false],
  ])
})
