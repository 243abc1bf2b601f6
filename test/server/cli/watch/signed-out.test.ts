import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Server } from '../../../../client/http.ts'
import { type PollAnswer, RESTART_MS } from '../../../../client/poll-loop.ts'
import { removeRunFile, writeRunFile } from '../../../../server/cli/serve/run-file.ts'
import { followServer } from '../../../../server/cli/watch/follow-server.ts'

const URL_HERE = 'http://127.0.0.1:7555'
const SIGNED_OUT: PollAnswer = { kind: 'signed-out', problem: { code: 'unauthorized', detail: '' } }
const UNREACHABLE: PollAnswer = { kind: 'failed', problem: { code: 'unreachable', detail: '' } }
const request = { tag: null, waitSeconds: 0, signal: new AbortController().signal }

let dataDir = ''
let nowMs = 0
let isUp = true
let accepted = 'right'
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mailbell-watch-'))
  nowMs = 1_000
  isUp = true
  accepted = 'right'
  vi.stubEnv('MAILBELL_DATA_DIR', dataDir)
  for (const name of ['MAILBELL_SERVER', 'MAILBELL_TOKEN']) vi.stubEnv(name, '')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(dataDir, { recursive: true, force: true })
})

/** The polls of a watch: how each is answered. */
function watch(options: { readonly server?: string; readonly token?: string }) {
  const { transport } = followServer(options, {
    now: () => nowMs,
    transportTo:
      ({ token }: Server) =>
      async () =>
        !isUp ? UNREACHABLE : token === accepted ? { kind: 'unchanged' } : SIGNED_OUT,
  })
  return async (): Promise<string> => {
    const answer = await transport(request)
    return answer.kind === 'failed' ? answer.problem.code : answer.kind
  }
}

test.each([{ token: 'wrong' }, { server: URL_HERE, token: 'wrong' }])(
  'a token that a server rejects, %j, is no restart where no server runs on the data directory',
  async (options) => {
    expect(await watch(options)()).toBe('signed-out')
  },
)

test('a token that the server of the data directory rejects is no restart', async () => {
  await writeRunFile(dataDir, { url: URL_HERE, token: 'right' })
  expect(await watch({ token: 'wrong' })()).toBe('signed-out')
})

test('a server that has ended, and another on its port that rejects the token, is a restart for 30 s only', async () => {
  await writeRunFile(dataDir, { url: URL_HERE, token: 'old' })
  const poll = watch({})
  isUp = false
  expect(await poll()).toBe('unreachable')
  removeRunFile(dataDir)
  expect(await poll()).toBe('unreachable')
  nowMs += 3_600_000
  isUp = true
  expect(await poll()).toBe('restarting')
  nowMs += RESTART_MS - 1
  expect(await poll()).toBe('restarting')
  nowMs += 1
  expect(await poll()).toBe('signed-out')
})

test('a server that is back with another token is polled with it, also after a second restart', async () => {
  await writeRunFile(dataDir, { url: URL_HERE, token: 'right' })
  const poll = watch({})
  expect(await poll()).toBe('unchanged')
  for (const token of ['new', 'newer']) {
    accepted = token
    removeRunFile(dataDir)
    expect(await poll()).toBe('restarting')
    nowMs += RESTART_MS - 1
    await writeRunFile(dataDir, { url: URL_HERE, token })
    expect(await poll()).toBe('unchanged')
  }
})
