import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ControlAnswer, ControlRequest } from '../../../../common/protocol/control.ts'
import { createControl } from '../../../../main/commands/control.ts'
import { controlPathOf } from '../../../../server/platform/control-path.ts'
import { runCommand, serveCommand } from '../../../helpers/cli.ts'
import { until } from '../../../helpers/until.ts'
import { account } from '../../../main/fixtures.ts'

let folder: string
let asked: ControlRequest[]
let answer: ControlAnswer
let control: ReturnType<typeof createControl>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-app-'))
  asked = []
  const servers = [{ label: null, problem: null, accounts: [account('kim@example.org', 3)] }]
  answer = { ok: true, status: { version: '1.2.3', pid: 7, unread: 3, isUncertain: false, servers, muted: { untilMs: null } } }
  control = createControl({
    platform: process.platform,
    handle: async (request) => {
      asked.push(request)
      return answer
    },
    log: { warn: () => undefined },
  })
})
afterEach(() => {
  control.close()
  rmSync(folder, { recursive: true, force: true })
})

const env = () => ({ MAILBELL_DATA_DIR: folder, MAILBELL_SERVER: '', MAILBELL_TOKEN: '', MAILBELL_CONFIG: '', MAILBELL_NO_BROWSER: '1' })
const mailbell = (...args: string[]) => runCommand(args, env())

test('the running app answers status, open and mute', async () => {
  control.listen(controlPathOf(folder))
  expect(await mailbell('status')).toEqual({
    code: 0,
    stdout: 'The desktop app 1.2.3 (process 7): 3 unread\n  kim@example.org 3 unread\nNotifications are muted.\n',
    stderr: '',
  })
  expect(await mailbell('open')).toEqual({ code: 0, stdout: '', stderr: '' })
  expect((await mailbell('mute', '1h')).stdout).toBe('Notifications are muted.\n')
  await mailbell('mute', 'off')
  expect(asked).toEqual([{ do: 'status' }, { do: 'open' }, { do: 'mute', until: { minutes: 60 } }, { do: 'mute', until: 'off' }])
})

test('an error of the app, and an app that speaks otherwise, are reported in one line', async () => {
  control.listen(controlPathOf(folder))
  answer = { ok: false, detail: 'The settings cannot be written.' }
  expect(await mailbell('mute', '2d')).toEqual({ code: 1, stdout: '', stderr: 'mailbell: The settings cannot be written.\n' })
  answer = 5 as unknown as ControlAnswer
  expect((await mailbell('status')).stderr).toBe('mailbell: The desktop app does not answer; quit it, and start it again.\n')
})

test('where nothing runs, each says so in one line', async () => {
  const nothing = 'mailbell: Neither the desktop app nor a server runs with this data directory; start Mailbell or run `mailbell serve`.\n'
  expect(await mailbell('status')).toEqual({ code: 1, stdout: '', stderr: nothing })
  expect(await mailbell('open')).toEqual({ code: 1, stdout: '', stderr: nothing })
  expect(await mailbell('mute', '1h')).toEqual({ code: 1, stdout: '', stderr: 'mailbell: The desktop app does not run.\n' })
})

test('a headless server has a status and a page, and nothing to mute', async () => {
  const server = await serveCommand(['--demo', '--port', '0'], env())
  try {
    await until(async () => (await mailbell('status')).stdout === `The server at ${server.url}: 2 unread\n  demo 2 unread\n`)
    expect((await mailbell('open')).stdout).toMatch(new RegExp(`^${server.url}/#code=\\S+\\n$`))
    expect(await mailbell('mute', '1h')).toEqual({
      code: 1,
      stdout: '',
      stderr: `mailbell: Only the desktop app notifies and can be muted, and it does not run; ${server.url} is a server.\n`,
    })
    control.listen(controlPathOf(folder))
    expect((await mailbell('status')).stdout).toContain('muted.\nThe server at')
  } finally {
    await server.end()
  }
})

test.each(['', '0m', '1', '366d', '1.5h', '-1h', 'forever', '1h '])('mute %j is a usage error', async (time) => {
  expect(await mailbell('mute', time)).toMatchObject({ code: 2, stdout: '' })
})
