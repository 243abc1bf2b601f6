import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { handleQuit } from '../../../main/system/quitting.ts'

/** An app that quits unless somebody prevents it. */
function setUp() {
  const emitter = new EventEmitter()
  const said: string[] = []
  const { promise: shutDown, resolve: finish } = Promise.withResolvers<void>()
  const app = {
    on: emitter.on.bind(emitter),
    quit() {
      let prevented = false
      emitter.emit('before-quit', { preventDefault: () => (prevented = true) })
      said.push(prevented ? 'quit prevented' : 'quit')
    },
  } as unknown as Parameters<typeof handleQuit>[0]
  const quitting = handleQuit(app, async () => {
    said.push('shuts down')
    await shutDown
  })
  return { app, quitting, said, finish }
}

test('quitting waits for everything to let go, once', async () => {
  const { app, said, finish } = setUp()
  app.quit()
  app.quit()
  expect(said).toEqual(['shuts down', 'quit prevented', 'quit prevented'])
  finish()
  await new Promise(setImmediate)
  expect(said.slice(3)).toEqual(['quit'])
})

test('an end of another kind comes after everything has let go, and may quit then', async () => {
  const { app, quitting, said, finish } = setUp()
  quitting.closeThen(() => {
    said.push('installs')
    app.quit()
  })
  app.quit()
  finish()
  await new Promise(setImmediate)
  expect(said).toEqual(['shuts down', 'quit prevented', 'installs', 'quit'])
})

test('what is asked for while the app is ending changes nothing', async () => {
  const { app, quitting, said, finish } = setUp()
  app.quit()
  quitting.closeThen(() => said.push('installs'))
  finish()
  await new Promise(setImmediate)
  expect(said).not.toContain('installs')
})
