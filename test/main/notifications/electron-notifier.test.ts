import { beforeEach, expect, test, vi } from 'vitest'
import type { NotificationPlan } from '../../../main/notifications/compose.ts'
import { createElectronNotifier } from '../../../main/notifications/electron-notifier.ts'
import { HostNotification, notifications } from '../../desktop/host/notifications.ts'

vi.mock('electron', async () => (await import('../stand-in.ts')).electronOfStandIn())

beforeEach(() => {
  notifications.length = 0
  vi.restoreAllMocks()
})

const alert = (account: string, body: string, actions: NotificationPlan['actions'] = []): NotificationPlan => ({
  id: `["local","${account}"]`,
  title: 'Kim',
  body,
  message: null,
  actions,
})

function start(platform: NodeJS.Platform) {
  const clicked: string[] = []
  const failed: string[] = []
  const acted: string[] = []
  const notifier = createElectronNotifier({
    platform,
    onClick: ({ body }) => clicked.push(body),
    onAction: ({ request }) => acted.push(`${request.action} ${request.message}`),
    onError: (detail) => failed.push(detail),
  })
  return { acted, clicked, failed, notifier }
}

test('Linux gets a body without markup; a newer notification replaces the older one of its account', () => {
  const { notifier } = start('linux')
  notifier.show([alert('kim', '<b>Q&A</b>'), alert('lee', 'other')], 'system')
  notifier.show([alert('kim', 'second')], 'system')
  expect(notifications.map(({ options }) => options.body)).toEqual(['&lt;b&gt;Q&amp;A&lt;/b&gt;', 'other', 'second'])
  expect(notifications.map(({ closed }) => closed)).toEqual([true, false, false])
})

test.each(['darwin', 'win32'] as const)('on %s a newer notification replaces the older one, and no two have the same id', (platform) => {
  const { notifier } = start(platform)
  notifier.show([alert('kim', '<b>Q&A</b>'), alert('lee', 'other'), alert('kim', 'second')], 'system')
  expect(notifications.map(({ closed }) => closed)).toEqual([true, false, false])
  expect(new Set(notifications.map(({ id }) => id)).size).toBe(3)
  expect(notifications[0]?.options.body).toBe('<b>Q&A</b>')
})

test('a click is reported, also after the system has moved the notification to its center', () => {
  const { clicked, notifier } = start('win32')
  notifier.show([alert('kim', 'first')], 'system')
  notifications[0]?.emit('close', {})
  notifications[0]?.emit('click', {})
  expect(clicked).toEqual(['first'])
})

test('the pressed button is reported', () => {
  const { acted, clicked, notifier } = start('darwin')
  const request = { server: 'local', account: 'kim', message: '7.1.INBOX' } as const
  notifier.show(
    [
      alert('kim', 'first', [
        { label: 'Mark as read', request: { ...request, action: 'read' } },
        { label: 'Delete', request: { ...request, action: 'delete' } },
      ]),
    ],
    'system',
  )
  expect(notifications[0]?.options.actions).toEqual([
    { type: 'button', text: 'Mark as read' },
    { type: 'button', text: 'Delete' },
  ])
  for (const actionIndex of [1, 7]) notifications[0]?.emit('action', { actionIndex })
  expect([acted, clicked]).toEqual([['delete 7.1.INBOX'], []])
})

test('a notification that cannot be shown is reported', () => {
  const { failed, notifier } = start('darwin')
  notifier.show([alert('kim', 'first')], 'system')
  notifications[0]?.emit('failed', {}, 'not signed')
  expect(failed).toEqual(['not signed'])
})

test('nothing is shown on a system without notifications', () => {
  vi.spyOn(HostNotification, 'isSupported').mockReturnValue(false)
  start('linux').notifier.show([alert('kim', 'first')], 'system')
  expect(notifications).toEqual([])
})

test('closing removes the shown notifications', () => {
  const { notifier } = start('linux')
  notifier.show([alert('kim', 'first'), alert('lee', 'other')], 'system')
  notifier.close()
  expect(notifications.map(({ closed }) => closed)).toEqual([true, true])
})

test('only the notification with read messages is closed', () => {
  const { notifier } = start('linux')
  notifier.show([alert('kim', 'first'), alert('lee', 'other')], 'system')
  notifier.remove('["local","kim"]')
  expect(notifications.map(({ closed }) => closed)).toEqual([true, false])
})

test.each([
  ['linux', 'system', false, undefined],
  ['linux', 'bell', true, undefined],
  ['linux', 'none', true, undefined],
  ['darwin', 'system', false, undefined],
  ['darwin', 'bell', false, 'Glass'],
  ['darwin', 'none', true, undefined],
  ['win32', 'none', true, undefined],
] as const)('on %s, the sound %s is silent: %s, and named %s', (platform, sound, silent, named) => {
  start(platform).notifier.show([alert('kim', 'first')], sound)
  expect([notifications[0]?.options.silent, notifications[0]?.options.sound]).toEqual([silent, named])
})
