import { expect, test } from 'vitest'
import { wavOf } from '../../../main/notifications/tones.ts'

test.each(['bell', 'drop', 'wood'] as const)('%s is a short audible WAV file that begins and ends in silence', (sound) => {
  const bytes = wavOf(sound)
  const view = new DataView(bytes.buffer)
  const text = (at: number): string => String.fromCodePoint(...bytes.subarray(at, at + 4))
  expect([text(0), text(8), text(36)]).toEqual(['RIFF', 'WAVE', 'data'])
  expect(view.getUint32(4, true)).toBe(bytes.length - 8)
  expect(view.getUint32(40, true)).toBe(bytes.length - 44)
  const samples = Array.from({ length: (bytes.length - 44) / 2 }, (_, at) => Math.abs(view.getInt16(44 + at * 2, true)))
  expect(samples.length / 44_100).toBeLessThan(1.5)
  expect(Math.max(...samples)).toBeGreaterThan(8_000)
  expect(Math.max(...samples)).toBeLessThan(32_767)
  expect([samples[0], samples.at(-1)].every((level) => (level ?? 0) < 200)).toBe(true)
})

test('no two sounds are the same', () => {
  expect(new Set((['bell', 'drop', 'wood'] as const).map((sound) => Buffer.from(wavOf(sound)).toString('base64'))).size).toBe(3)
})
