import { expect, test } from 'vitest'
import { createFirstPaint, MAX_ROWS } from '../../../main/window/first-paint.ts'
import type { DesktopWindowState, RenderWindow } from '../../../common/protocol/window-state.ts'
import { desktopParts } from '../../helpers/desktop/desktop-state.ts'
import { account, withAccounts, windowState } from '../../renderer/states.ts'

const state: DesktopWindowState = { ...windowState({ language: 'ko' }), ...desktopParts() }

function setUp(load: () => Promise<{ readonly renderWindow: RenderWindow }>, shown = state) {
  const errors: string[] = []
  return { errors, readFirstPaint: createFirstPaint({ readState: () => shown, onError: (detail) => errors.push(detail), load }) }
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

const accountsWith = (messages: number, count: number): DesktopWindowState => {
  const latest = Array.from({ length: messages }, (_, at) => ({ id: `${at}`, subject: 'a', from: 'b' }))
  return { ...withAccounts(...Array.from({ length: count }, (_, at) => account({ id: `${at}`, latest }))), ...desktopParts() }
}

test.each([
  ['many messages', accountsWith(MAX_ROWS, 1)],
  ['many accounts', accountsWith(0, MAX_ROWS + 1)],
])('%s are left to the script of the page, so that main stays free', async (_what, shown) => {
  const { readFirstPaint, errors } = setUp(async () => ({ renderWindow: () => '<p>' }), shown)
  expect(await readFirstPaint()).toEqual({ state: shown, html: '' })
  expect(errors).toEqual([])
})

test('as many rows as main renders in time are rendered', async () => {
  const { readFirstPaint } = setUp(async () => ({ renderWindow: () => '<p>' }), accountsWith(MAX_ROWS - 1, 1))
  expect((await readFirstPaint()).html).toBe('<p>')
})
