import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPlayer } from '../../../main/notifications/sounds.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

/** A desktop with these programs and their output; all others are missing. */
function desktop(answers: Readonly<Record<string, string>>) {
  const programs: string[] = []
  const failed: string[] = []
  const player = createPlayer(
    folder.path,
    (detail) => void failed.push(detail),
    async (program, args) => {
      programs.push(program)
      if (program.endsWith('play') && args[0] !== undefined) await readFile(args[0])
      return answers[program] ?? null
    },
  )
  return { player, programs, failed }
}

test('the first installed player plays the file', async () => {
  const { player, programs, failed } = desktop({ paplay: '', gsettings: 'true' })
  await player.play('bell')
  expect(programs).toEqual(['gdbus', 'gsettings', 'pw-play', 'paplay'])
  expect(failed).toEqual([])
})

test.each([
  ['the notification server', { gdbus: '(<true>,)' }],
  ["GNOME's settings", { gsettings: 'false' }],
])('nothing is played where %s is not to be disturbed', async (_who, answers) => {
  const { player, programs } = desktop({ ...answers, aplay: '' })
  await player.play('drop')
  expect(programs.filter((program) => program.endsWith('play'))).toEqual([])
})

test('without any program, the player reports the error once and stays unavailable', async () => {
  const { player, failed } = desktop({})
  expect(player.works).toBe(true)
  await player.play('wood')
  await player.play('wood')
  expect(failed).toEqual([expect.stringMatching(/^Can’t play the sound, .* restart Mailbell\.$/)])
  expect(player.works).toBe(false)
})
