import { expect, test } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS, type DesktopSettings } from '../../../common/protocol/settings.ts'
import { DEFAULT_SHARED_SETTINGS } from '../../../common/protocol/shared-values.ts'
import { createWordsFor } from '../../../common/words/words.ts'
import { connectSurfaces, createProjection, type Projection } from '../../../main/projection.ts'
import { createState } from '../../../main/state/state.ts'
import { account, server } from '../fixtures.ts'

const NOW = Date.UTC(2026, 0, 1, 9)

function setUp(settings: Partial<DesktopSettings> = {}) {
  const store = createState({
    platform: 'linux',
    version: '1',
    languages: ['ko-KR', 'en-US'],
    sharedSettings: DEFAULT_SHARED_SETTINGS,
    desktopSettings: { ...DEFAULT_DESKTOP_SETTINGS, ...settings },
    secrets: { storage: 'keyring', locked: false, memoryAccepted: false },
    firstRun: false,
    lastSeen: new Map(),
    notices: [],
  })
  const shown: Projection[] = []
  const other: Projection[] = []
  const project = createProjection(createWordsFor(), () => NOW)
  const disconnect = connectSurfaces(store, project, [(projection) => shown.push(projection), (projection) => other.push(projection)])
  return { store, shown, other, disconnect }
}
const unread = (count: number) => ({ servers: [server([account('a', count)])] })

test.each<[string, Partial<DesktopSettings>, number | null]>([
  ['all unread messages', {}, null],
  ['a part of the accounts', { notCounted: [{ server: 'local', account: 'b' }] }, 3],
  ['new messages since the last visit', { counts: 'last-look' }, 3],
])('a changed number runs each surface once, with one consistent state: %s', (_what, settings, counted) => {
  const { store, shown, other } = setUp(settings)
  const before = shown.length
  store.update(unread(3))
  expect(shown.slice(before).map(({ tray, badge, window }) => [tray.icon.count, badge.count, window.counted])).toEqual([[3, 3, counted]])
  expect(other).toEqual(shown)
})

test('an update that changes nothing runs no surface', () => {
  const { store, shown } = setUp()
  const before = shown.length
  store.update({ isPanelDark: false })
  store.dismissNotice('no-keyring')
  expect(shown).toHaveLength(before)
})

test('everything counts as seen while the window is open; messages that arrive after it is hidden are new', () => {
  const { store, shown } = setUp({ counts: 'last-look' })
  store.update(unread(3))
  store.update({ isWindowVisible: true })
  expect(shown.at(-1)?.badge.count).toBe(0)
  store.update({ isWindowVisible: false })
  store.update(unread(5))
  expect(shown.at(-1)?.badge.count).toBe(2)
})

test('an account without its password is shown once, and its last visit is preserved', () => {
  const { store, shown } = setUp({ counts: 'last-look' })
  store.update({ ...unread(3), isWindowVisible: true })
  const { lastSeen } = store.current
  store.update({ servers: [server([])], unavailable: { accounts: [{ id: 'a' }], servers: ['https://mail.example.org'] } })
  expect(store.current.lastSeen).toBe(lastSeen)
  const { servers, desktop } = shown.at(-1)?.window ?? {}
  expect(servers?.map(({ id, accounts }) => [id, accounts?.map(({ status }) => status)])).toEqual([
    ['local', ['error']],
    ['https://mail.example.org', undefined],
  ])
  expect(desktop?.unavailable).toEqual(['a'])
  store.update({ servers: [server([]), server([], undefined, 'https://mail.example.org')] })
  expect(shown.at(-1)?.window.servers).toHaveLength(2)
})

test('a notice replaces an earlier one of its kind', () => {
  const { store } = setUp()
  store.addNotice({ id: 'server-down', detail: 'one' })
  store.addNotice({ id: 'server-down', detail: 'two' })
  expect(store.current.notices).toEqual([{ id: 'server-down', detail: 'two' }])
})

test('the language and the scheme of the icon follow their settings', () => {
  const { store, shown } = setUp()
  expect(shown.at(-1)).toMatchObject({ tray: { scheme: 'light' }, window: { language: 'ko' } })
  store.update({ isPanelDark: true, sharedSettings: { ...store.current.sharedSettings, language: 'en' } })
  expect(shown.at(-1)).toMatchObject({ tray: { scheme: 'dark' }, window: { language: 'en' } })
})

test('disconnected surfaces no longer run', () => {
  const { store, shown, disconnect } = setUp()
  disconnect()
  store.update(unread(1))
  expect(shown).toHaveLength(1)
})

test('the language is the configured one, or else the first supported one of the system', () => {
  const { store, shown } = setUp()
  expect(shown.at(-1)?.window.language).toBe('ko')
  store.update({ sharedSettings: { ...store.current.sharedSettings, language: 'en' } })
  expect(shown.at(-1)).toMatchObject({ tray: { tooltip: 'Mailbell\nNo accounts yet' }, window: { language: 'en' } })
})
