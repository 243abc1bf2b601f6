import { expect, test } from 'vitest'
import { createFirstPaint } from '../../../main/window/first-paint.ts'
import type { DesktopWindowState, RenderWindow } from '../../../common/protocol/window-state.ts'
import { desktopParts } from '../../helpers/desktop/desktop-state.ts'
import { windowState } from '../../renderer/states.ts'

const state: DesktopWindowState = { ...windowState({ language: 'ko' }), ...desktopParts() }

function setUp(load: () => Promise<{ readonly renderWindow: RenderWindow }>) {
  const errors: string[] = []
  return { errors, readFirstPaint: createFirstPaint({ readState: () => state, onError: (detail) => errors.push(detail), load }) }
}

test('the state and its HTML belong together', async () => {
  const { readFirstPaint, errors } = setUp(async () => ({ renderWindow: ({ language }) => `<p>${language}` }))
  expect(await readFirstPaint()).toEqual({ state, html: '<p>ko' })
  expect(errors).toEqual([])
})

test.each<[string, () => Promise<{ readonly renderWindow: RenderWindow }>]>([
  ['be loaded', () => Promise.reject(new Error('No such file.'))],
  [
    'render the state',
    async () => ({
      renderWindow() {
        throw new Error('No such file.')
      },
    }),
  ],
])('components that cannot %s leave the state to the script of the page, and the error is reported', async (_what, load) => {
  const { readFirstPaint, errors } = setUp(load)
  expect(await readFirstPaint()).toEqual({ state, html: '' })
  expect(errors).toEqual(['Cannot render the first paint of the window: No such file.'])
})
