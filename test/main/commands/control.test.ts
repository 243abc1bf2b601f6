import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ControlAnswer, ControlRequest } from '../../../common/protocol/control.ts'
import { createControl } from '../../../main/commands/control.ts'
import { controlPathOf } from '../../../server/platform/control-path.ts'
import { until } from '../../helpers/until.ts'
import { rememberingLog } from '../system/log.ts'

let folder: string
let handled: ControlRequest[]
let control: ReturnType<typeof createControl>
const log = rememberingLog()
const REFUSED: ControlAnswer = { ok: false, detail: 'no' }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-control-'))
  handled = []
  control = createControl({ platform: process.platform, handle, log })
})
afterEach(() => {
  control.close()
  rmSync(folder, { recursive: true, force: true })
})

async function handle(request: ControlRequest): Promise<ControlAnswer> {
  handled.push(request)
  if (request.do === 'open') throw new Error('there is no window')
  return REFUSED
}

const path = (): string => controlPathOf(folder)

/** Resolves with all that came back. */
function ask(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(path(), () => socket.write(text))
    socket.on('data', (data) => (answer += data))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

test('a request is answered, in whatever pieces it comes and however often', async () => {
  control.listen(path())
  expect(JSON.parse(await ask('{"do":"status"}\n'))).toEqual(REFUSED)
  expect(JSON.parse(await ask('{"do":"mute","until":{"minutes":60}}\nmore'))).toEqual(REFUSED)
  expect(handled).toEqual([{ do: 'status' }, { do: 'mute', until: { minutes: 60 } }])
})

test('what is no request, or fails, is answered with the reason', async () => {
  control.listen(path())
  for (const text of ['nonsense\n', '{"do":"quit"}\n', '{"do":"mute","until":{"minutes":0}}\n', 'x'.repeat(5_000)])
    expect(JSON.parse(await ask(text))).toEqual({ ok: false, detail: expect.stringContaining('does not know') })
  expect(handled).toEqual([])
  expect(JSON.parse(await ask('{"do":"open"}\n'))).toEqual({ ok: false, detail: 'there is no window' })
})

test.skipIf(process.platform === 'win32')('only the user can reach it, and what a killed app has left is replaced', async () => {
  writeFileSync(path(), '')
  control.listen(path())
  await until(() => statSync(path()).isSocket() && (statSync(path()).mode & 0o777) === 0o600)
  // The server of the app has restarted.
  control.listen(path())
  expect(JSON.parse(await ask('{"do":"status"}\n'))).toEqual(REFUSED)
  control.close()
  await expect(ask('{"do":"status"}\n')).rejects.toThrow('ENOENT')
})

test.skipIf(process.platform === 'win32')('a path that cannot be used costs the command only, and is logged', async () => {
  writeFileSync(join(folder, 'file'), '')
  control.listen(join(folder, 'file', 'app.sock'))
  control.listen(join(folder, 'x'.repeat(200), 'app.sock'))
  await until(() => log.lines.length === 2)
})
