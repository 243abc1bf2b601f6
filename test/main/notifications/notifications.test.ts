import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWordsFor } from '../../../common/words/words.ts'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import { DEFAULT_SHARED_SETTINGS } from '../../../common/protocol/shared-values.ts'
import { schedule } from '../../../client/clock.ts'
import type { ServerMessageRequest } from '../../../common/protocol/bridge.ts'
import type { DesktopWindowState } from '../../../common/protocol/window-state.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { DesktopSettings } from '../../../common/protocol/settings.ts'
import { type Notifications, createNotifications } from '../../../main/notifications/notifications.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { notifications } from '../../desktop/host/notifications.ts'
import { account, messageAt, server } from '../fixtures.ts'
import { desktopParts } from '../../helpers/desktop/desktop-state.ts'

vi.mock('electron', async () => (await import('../stand-in.ts')).electronOfStandIn())

let alerting: Notifications
let requests: ServerMessageRequest[]
let outcome: Outcome
let opened: (string | null)[]
let played: string[]
let canPlay: boolean
let saved: number[]

beforeEach(() => {
  vi.useFakeTimers()
  notifications.length = 0
  requests = []
  opened = []
  played = []
  canPlay = true
  saved = []
  outcome = { ok: true }
  alerting = createNotifications({
    platform: 'darwin',
    env: {},
    wordsFor: createWordsFor(),
    history: { before: null, save: (memories) => void saved.push(memories.size) },
    idle: () => ({ locked: false, idleMs: 0 }),
    player: {
      get works() {
        return canPlay
      },
      play: async (sound) => void played.push(sound),
    },
    now: Date.now,
    schedule,
    onOpen: (of) => void opened.push(of?.message.id ?? null),
    runAction: async (request) => {
      requests.push(request)
      return outcome
    },
    onError: () => undefined,
  })
})
afterEach(() => {
  alerting.close()
  vi.useRealTimers()
})

function show(unread: number, latest: readonly Message[], notify = true, choices: Partial<DesktopSettings> = {}): void {
  const state: DesktopWindowState = {
    servers: [server([account('a', unread, { latest: [...latest], actions: ['read'] })])],
    sharedSettings: { ...DEFAULT_SHARED_SETTINGS, language: 'en', notifications: notify },
    language: 'en',
    notices: [],
    check: { isRunning: false, endedAtMs: null },
    version: '1',
    ...desktopParts({ settings: { ...DEFAULT_DESKTOP_SETTINGS, ...choices } }),
  }
  alerting.apply(state)
}
const shownTitles = (): (string | undefined)[] => notifications.map(({ options }) => options.title)
const one = messageAt('1', 1, 'Ann <ann@example.org>')
const two = messageAt('2', 2, 'Bob <bob@example.org>')

test('a new message waits for its name, and is notified once with it', () => {
  show(1, [one])
  show(2, [one])
  vi.advanceTimersByTime(3_000)
  expect(shownTitles()).toEqual([])
  show(2, [two, one])
  vi.advanceTimersByTime(1_000)
  expect(shownTitles()).toEqual(['Bob'])
  vi.advanceTimersByTime(60_000)
  expect(shownTitles()).toEqual(['Bob'])
})

test('a new message whose name does not arrive is notified by its number, after a delay that further messages do not extend', () => {
  show(1, [one])
  show(2, [one])
  vi.advanceTimersByTime(3_000)
  show(3, [one])
  vi.advanceTimersByTime(1_000)
  expect(shownTitles()).toEqual(['2 new emails'])
  show(3, [two, one])
  vi.advanceTimersByTime(60_000)
  expect(shownTitles()).toEqual(['2 new emails'])
})

test('a message that is read while it waits is not notified', () => {
  show(1, [one])
  show(2, [one])
  show(1, [one])
  vi.advanceTimersByTime(60_000)
  expect(shownTitles()).toEqual([])
})

test('messages that arrive while notifications are off are not notified later', () => {
  show(1, [one])
  show(2, [two, one], false)
  vi.advanceTimersByTime(60_000)
  show(2, [two, one])
  vi.advanceTimersByTime(60_000)
  expect(shownTitles()).toEqual([])
})

test('a button runs its action on the message, and an error replaces the notification', async () => {
  show(1, [one])
  show(2, [two, one])
  vi.advanceTimersByTime(1_000)
  notifications[0]?.emit('action', { actionIndex: 0 })
  await vi.advanceTimersByTimeAsync(0)
  expect(requests).toEqual([{ server: 'local', account: 'a', message: '2', action: 'read' }])
  expect(shownTitles()).toEqual(['Bob'])
  outcome = { ok: false, code: 'mail-server-unreachable' }
  notifications[0]?.emit('action', { actionIndex: 0 })
  await vi.advanceTimersByTimeAsync(0)
  expect(notifications[1]?.options).toMatchObject({
    title: 'Action failed',
    body: 'Can’t reach the mail server. Try again in a moment.',
    actions: [],
  })
  expect(notifications[1]?.options.id).toBe(notifications[0]?.options.id)
})

test('a click opens the message of the notification', () => {
  show(1, [one])
  show(2, [two, one])
  vi.advanceTimersByTime(1_000)
  notifications[0]?.emit('click', {})
  expect(opened).toEqual(['2'])
})

test('a notification is closed once its message is read elsewhere', () => {
  show(1, [one])
  show(2, [two, one])
  vi.advanceTimersByTime(1_000)
  expect(notifications.map(({ closed }) => closed)).toEqual([false])
  show(1, [one])
  expect(notifications.map(({ closed }) => closed)).toEqual([true])
})

test('a notified message is stored at once, a counted one later', () => {
  show(1, [one])
  expect(saved).toEqual([])
  vi.advanceTimersByTime(30_000)
  expect(saved).toEqual([1])
  show(2, [two, one])
  vi.advanceTimersByTime(1_000)
  expect(saved).toEqual([1, 1])
})

test('a custom sound plays once for simultaneous notifications', () => {
  show(1, [one], true, { sound: 'wood' })
  show(2, [two, one], true, { sound: 'wood' })
  vi.advanceTimersByTime(1_000)
  expect(played).toEqual(['wood'])
})

test('if no custom sound can be played, the notification uses the sound of the system', () => {
  canPlay = false
  show(0, [], true, { sound: 'bell' })
  show(1, [one], true, { sound: 'bell' })
  vi.advanceTimersByTime(1_000)
  expect(played).toEqual([])
  expect(notifications[0]?.options).toMatchObject({ silent: false })
  expect(notifications[0]?.options.sound).toBeUndefined()
})

test('the test notification has the chosen sound, also while everything is muted', () => {
  show(0, [], true, { sound: 'wood', muted: [{ scope: null, untilMs: null }] })
  alerting.showTestNotification()
  expect(shownTitles()).toEqual(['Test notification'])
  expect(played).toEqual(['wood'])
})
