import { expect, test } from 'vitest'
import { counted, printableJson, withoutControls } from '../../common/text.ts'

/** C0, DEL, C1, separators and bidirectional controls. */
const UNSAFE = [
  0x00, 0x07, 0x0a, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069,
].map((code) => String.fromCharCode(code))

test('printable JSON has the same meaning, and no unsafe character', () => {
  const value = { [`key${UNSAFE.join('')}`]: UNSAFE, text: `회의 📬 "é" \\u0085 ${UNSAFE.join('x')}` }
  const json = printableJson(value)
  expect(JSON.parse(json)).toEqual(value)
  for (const character of UNSAFE) expect(json).not.toContain(character)
  expect(json).toContain('회의 📬')
})

test('a run of unsafe characters becomes one blank', () => {
  for (const character of UNSAFE) expect(withoutControls(`a${character}${character}b`)).toBe('a b')
  expect(withoutControls(`a${UNSAFE.join('')}b`)).toBe('a b')
  expect(withoutControls('회의\u200b 📬')).toBe('회의\u200b 📬')
})

test('a noun follows its number', () => {
  expect([0, 1, 2].map((count) => counted(count, 'account'))).toEqual(['0 accounts', '1 account', '2 accounts'])
})
