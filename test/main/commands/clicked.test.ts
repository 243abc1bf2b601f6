import { expect, test } from 'vitest'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { createClickedOpener } from '../../../main/commands/clicked.ts'

const target = { server: 'local', account: 'demo', message: null }

function start(env: NodeJS.ProcessEnv, outcome: Outcome = { ok: true }, starts: () => Promise<void> = async () => undefined) {
  const done: string[] = []
  const withToken = (what: string): void => void done.push(`${what}, token ${env['XDG_ACTIVATION_TOKEN'] ?? 'none'}`)
  const open = createClickedOpener({
    env,
    async perform(command) {
      withToken(command.do)
      return outcome
    },
    async startAgain() {
      withToken('second start')
      await starts()
    },
    showError: ({ code }) => done.push(code),
  })
  return { done, open, env }
}

test('a message opens with the token of the click, which later programs do not inherit', async () => {
  const { done, open, env } = start({ WAYLAND_DISPLAY: 'wayland-0' })
  await open(target, 'token-1')
  expect(done).toEqual(['open-message, token token-1'])
  expect(env).toEqual({ WAYLAND_DISPLAY: 'wayland-0' })
})

test('the window opens at once, and a second start brings it the token', async () => {
  const { done, open } = start({ WAYLAND_DISPLAY: 'wayland-0' }, { ok: true }, () => Promise.reject(new Error('ENOENT')))
  await open(null, 'token-1')
  expect(done).toEqual(['open-window, token token-1', 'second start, token token-1'])
})

test.each([
  ['on X11', {}, 'token-1'],
  ['without a token', { WAYLAND_DISPLAY: 'wayland-0' }, null],
])('%s nothing else is needed', async (_where, env, token) => {
  const { done, open } = start(env)
  await open(null, token)
  await open(target, token)
  expect(done).toEqual(['open-window, token none', 'open-message, token none'])
})

test('an error is shown, and the token is gone', async () => {
  const { done, open, env } = start({ WAYLAND_DISPLAY: 'wayland-0' }, { ok: false, code: 'not-opened' })
  await open(target, 'token-1')
  expect(done).toEqual(['open-message, token token-1', 'not-opened'])
  expect(env).not.toHaveProperty('XDG_ACTIVATION_TOKEN')
})
