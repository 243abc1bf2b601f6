import { expect, test } from 'vitest'
import { heardSound, soundsOf } from '../../../common/model/sounds.ts'

test('only sounds that the platform can play are offered', () => {
  expect(soundsOf('win32')).toEqual(['system', 'none'])
  for (const platform of ['darwin', 'linux']) expect(soundsOf(platform)).toEqual(['system', 'none', 'bell', 'drop', 'wood'])
})

test("one that was chosen on another platform is shown as what is heard: the system's", () => {
  expect(heardSound('bell', 'win32')).toBe('system')
  expect(heardSound('none', 'win32')).toBe('none')
  expect(heardSound('bell', 'linux')).toBe('bell')
})
