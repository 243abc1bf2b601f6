import { DEFAULT_SHARED_SETTINGS } from '../../../common/protocol/shared-values.ts'
import type { IpcMainInvokeEvent } from 'electron'
import { expect, test } from 'vitest'
import { channelOf, READ_STATE_CHANNEL, type RequestName, REQUESTS, type Requests } from '../../../common/protocol/bridge.ts'
import type { WindowState } from '../../../common/protocol/window-state.ts'
import { handleRequests } from '../../../main/window/ipc-handlers.ts'
import { desktopParts } from '../../helpers/desktop/desktop-state.ts'
import { rememberingLog } from '../system/log.ts'

const STATE: WindowState = {
  servers: [],
  sharedSettings: DEFAULT_SHARED_SETTINGS,
  language: 'en',
  notices: [],
  check: { isRunning: false, endedAtMs: null },
  version: '1',
  ...desktopParts(),
}
const OURS = { url: 'app://mailbell/index.html', origin: 'app://mailbell', parent: null, detached: false }

const names = Object.keys(REQUESTS) as RequestName[]

function setUp(change: Partial<Requests> = {}) {
  const handlers = new Map<string, (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown>()
  const received: unknown[] = []
  const answer = async (payload?: unknown) => {
    received.push(payload)
    return { ok: true } as const
  }
  const requests = { ...Object.fromEntries(names.map((name) => [name, answer])), ...change } as Requests
  const log = rememberingLog()
  handleRequests({ ipcMain: { handle: (channel, handler) => void handlers.set(channel, handler) }, requests, readState: () => STATE, log })
  const send = (channel: string, payload?: unknown, senderFrame: object | null = OURS): unknown =>
    handlers.get(channel)?.({ senderFrame } as IpcMainInvokeEvent, payload)
  return { handlers, received, send, log }
}

test('every channel has a handler', () => {
  expect([...setUp().handlers.keys()].toSorted()).toEqual([...names.map(channelOf), READ_STATE_CHANNEL].toSorted())
})

test.each([
  ['no frame', null],
  ['a frame in our page', { ...OURS, parent: OURS }],
  ['another page', { ...OURS, origin: 'https://example.org' }],
  ['another host of our scheme', { ...OURS, origin: 'app://other' }],
  ['a page that is gone', { ...OURS, detached: true }],
])('%s is rejected, on every channel', async (_who, frame) => {
  const { handlers, send, received } = setUp()
  for (const channel of handlers.keys()) await expect(send(channel, undefined, frame)).rejects.toThrow('may not ask')
  expect(received).toEqual([])
})

test('a valid payload reaches its handler without surrounding spaces', async () => {
  const { send, received } = setUp()
  const form = {
    account: 'a',
    protocol: 'imap',
    host: ' imap.example.org ',
    port: 993,
    security: 'tls',
    user: ' a ',
    password: ' p ',
    folders: [],
  }
  expect(await send(channelOf('addAccount'), form)).toEqual({ ok: true })
  expect(received).toEqual([{ ...form, host: 'imap.example.org', user: 'a' }])
})

test.each([
  [
    'addAccount',
    { account: 'a', protocol: 'imap', host: 'h', port: 70_000, security: 'tls', user: 'u', password: 'p', folders: [] },
    'port',
  ],
  ['addAccount', { account: 'a', protocol: 'imap', host: 'h/x', port: 1, security: 'tls', user: 'u', password: 'p', folders: [] }, 'host'],
  [
    'addAccount',
    { account: 'a', protocol: 'imap', host: 'h', port: 1, security: 'tls', user: 'u', password: 'p', folders: [], pin: 'AB:CD' },
    'pin',
  ],
  ['addAccount', { account: 'a', protocol: 'imap', host: 'h', port: 1, security: 'tls', user: ' ', password: 'p', folders: [] }, 'user'],
  ['connectServer', { url: 'https://example.org', token: 'two words' }, 'token'],
  ['actOnMessage', { server: 'local', account: 'a', message: '1', action: 'burn' }, 'action'],
  ['actOnMessage', { server: 'local', account: 'a', message: 'x'.repeat(999), action: 'read' }, 'message'],
  ['actOnMessage', { server: 'local', account: 'a\n', message: '1', action: 'read' }, 'account'],
  ['updateSharedSettings', { language: 'tlh' }, 'language'],
] as const)('%s names the invalid field', async (name, payload, field) => {
  const { send, received } = setUp()
  expect(await send(channelOf(name), payload)).toEqual({ ok: false, code: 'invalid', field })
  expect(received).toEqual([])
})

test('a request that fails unexpectedly is answered and logged', async () => {
  const { send, log } = setUp({
    checkNow: async () => {
      throw new Error('The disk is full.')
    },
  })
  expect(await send(channelOf('checkNow'))).toEqual({ ok: false, code: 'unavailable', detail: 'The disk is full.' })
  expect(log.lines.join()).toContain('a request failed')
})
