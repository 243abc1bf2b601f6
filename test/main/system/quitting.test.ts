import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { handleQuit } from '../../../main/system/quitting.ts'

/** An app that quits unless a listener prevents it. */
function setUp() {
  const emitter = new EventEmitter()
  const calls: string[] = []
  const { promise: closed, resolve: finish } = Promise.withResolvers<void>()
  const app = {
    on: emitter.on.bind(emitter),
    quit() {
      let prevented = false
      emitter.emit('before-quit', { preventDefault: () => (prevented = true) })
      calls.push(prevented ? 'quit prevented' : 'quit')
    },
  } as unknown as Parameters<typeof handleQuit>[0]
  const quitting = handleQuit(app, async () => {
    calls.push('closes')
    await closed
  })
  return { app, quitting, calls, finish }
}

test('quitting waits for all parts to close, once', async () => {
  const { app, calls, finish } = setUp()
  app.quit()
  app.quit()
  expect(calls).toEqual(['closes', 'quit prevented', 'quit prevented'])
  finish()
  await new Promise(setImmediate)
  expect(calls.slice(3)).toEqual(['quit'])
})

test('another kind of exit runs after all parts have closed, and may then quit', async () => {
  const { app, quitting, calls, finish } = setUp()
  quitting.closeThen(() => {
    calls.push('installs')
    app.quit()
  })
  app.quit()
  finish()
  await new Promise(setImmediate)
  expect(calls).toEqual(['closes', 'quit prevented', 'installs', 'quit'])
})

test('an exit requested during another one is ignored', async () => {
  const { app, quitting, calls, finish } = setUp()
  app.quit()
  quitting.closeThen(() => calls.push('installs'))
  finish()
  await new Promise(setImmediate)
  expect(calls).not.toContain('installs')
})
