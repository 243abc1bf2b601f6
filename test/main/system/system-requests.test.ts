import { expect, test } from 'vitest'
import type { UpdateState } from '../../../common/protocol/window-state.ts'
import { createSystemRequests } from '../../../main/system/system-requests.ts'

function setUp(update: UpdateState = { phase: 'off' }) {
  const done: unknown[] = []
  const never = (): never => {
    throw new Error('This must not be called.')
  }
  const requests = createSystemRequests({
    app: { quit: () => void done.push('quit') },
    shell: { openPath: async () => 'No program opens this.', openExternal: async (url) => void done.push(url) },
    clipboard: { writeText: async (text) => void done.push(text) },
    updater: {
      state: update,
      checkNow: never,
      setDailyCheck: never,
      install: (onFailure) => {
        done.push('installed')
        onFailure()
      },
      close: never,
    },
    quitting: {
      closeThen(exit) {
        done.push('closed')
        exit()
      },
    },
    logPath: '/log',
    releasesPage: null,
    readDiagnostics: () => 'diagnostics',
    listFiles: () => ['/a'],
    restart: () => void done.push('restarted'),
    removeAndExit: () => void done.push('removed'),
  })
  return { requests, done }
}

test('an update is installed only once it is ready, and after all parts have closed; without one, the app starts again', async () => {
  const early = setUp({ phase: 'downloading', version: '2', percent: 99 })
  expect(await early.requests.installUpdate()).toMatchObject({ ok: false })
  expect(early.done).toEqual([])
  const ready = setUp({ phase: 'ready', version: '2' })
  expect(await ready.requests.installUpdate()).toBeUndefined()
  expect(ready.done).toEqual(['closed', 'installed', 'restarted'])
})

test('a file or page that cannot be opened is reported', async () => {
  expect(await setUp().requests.openLog()).toEqual({ ok: false, code: 'unavailable', detail: 'No program opens this.' })
  expect(await setUp().requests.openDownloads()).toMatchObject({ ok: false })
})

test('all files are removed after all parts have closed', async () => {
  const { requests, done } = setUp()
  expect(await requests.listAppFiles()).toEqual({ ok: true, files: ['/a'] })
  await requests.removeAppData()
  expect(done).toEqual(['closed', 'removed'])
})

test('the diagnostics are copied as text', async () => {
  const { requests, done } = setUp()
  await requests.copyDiagnostics()
  expect(done).toEqual(['diagnostics'])
})
