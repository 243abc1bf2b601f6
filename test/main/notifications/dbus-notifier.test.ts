/** Notifications on a real session bus (dbus-daemon), by a server of `org.freedesktop.Notifications`. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { NotificationPlan } from '../../../main/notifications/compose.ts'
import { createNotifier, type Notifier } from '../../../main/notifications/notifier.ts'
import { notifications } from '../../desktop/host/notifications.ts'
import { type NotificationServer, type ServedNotification, startNotificationServer } from '../../helpers/desktop/notification-server.ts'
import { needs, pathOf } from '../../helpers/parts.ts'
import { startSessionBus, type TestSessionBus } from '../../helpers/desktop/session-bus.ts'
import { until } from '../../helpers/until.ts'

vi.mock('electron', async () => (await import('../stand-in.ts')).electronOfStandIn())

const execute = promisify(execFile)

const planOf = (account: string, body: string): NotificationPlan => ({
  id: `account ${account}`,
  title: 'Kim',
  body,
  message: null,
  actions: (['read', 'delete'] as const).map((action) => ({
    label: action === 'read' ? 'Mark as read' : 'Delete',
    request: { server: 'local', account, message: body, action },
  })),
})

const hasParts = needs('dbus-daemon') && needs('gdbus') && needs('notify-send')

describe.runIf(hasParts)('notifications by D-Bus', () => {
  let bus: TestSessionBus
  const servers: NotificationServer[] = []
  const notifiers: Notifier[] = []
  beforeEach(async () => {
    notifications.length = 0
    bus = await startSessionBus()
  })
  afterEach(async () => {
    for (const notifier of notifiers.splice(0)) notifier.close()
    for (const server of servers.splice(0)) await server.close()
    await bus.close()
  })

  async function serve(options?: Parameters<typeof startNotificationServer>[1]): Promise<NotificationServer> {
    const server = await startNotificationServer(bus.address, options)
    servers.push(server)
    return server
  }
  function start(env: Readonly<Record<string, string>> = bus.env) {
    const events: string[] = []
    const notifier = createNotifier({
      platform: 'linux',
      env,
      openLabel: () => 'Open',
      onClick: ({ body }, token) => events.push(`click ${body} ${String(token)}`),
      onAction: ({ request }) => events.push(`${request.action} ${request.message}`),
      onError: (detail) => events.push(`error ${detail}`),
    })
    notifiers.push(notifier)
    return { events, notifier }
  }
  const isOpen = ({ isClosed }: ServedNotification): boolean => !isClosed
  async function shown(server: NotificationServer, count: number): Promise<readonly ServedNotification[]> {
    await until(() => server.shown().length === count)
    return server.shown()
  }

  test('have buttons, and the app’s name for their icon and settings', async () => {
    const server = await serve()
    start().notifier.show([planOf('kim', '<b>Q&A</b>\nsecond line')], 'system')
    expect(await shown(server, 1)).toEqual([
      {
        id: 1,
        appName: 'Mailbell',
        replaces: 0,
        icon: 'org.mailbell.Mailbell',
        title: 'Kim',
        body: '&lt;b&gt;Q&amp;A&lt;/b&gt;\nsecond line',
        actions: [
          ['default', 'Open'],
          ['0', 'Mark as read'],
          ['1', 'Delete'],
        ],
        hints: {
          'desktop-entry': 'org.mailbell.Mailbell',
          category: 'email.arrived',
          urgency: 1,
          transient: false,
          'sound-name': 'message-new-email',
        },
        timeout: -1,
        isClosed: false,
      },
    ])
    expect(notifications).toEqual([])
  })

  test('are silent where the app plays its own sound or none', async () => {
    const server = await serve()
    const { notifier } = start()
    notifier.show([planOf('kim', 'one')], 'bell')
    notifier.show([planOf('lee', 'two')], 'none')
    for (const { hints } of await shown(server, 2)) {
      expect(hints['suppress-sound']).toBe(true)
      expect(hints).not.toHaveProperty('sound-name')
    }
  })

  test('have no markup and no buttons where the server has none', async () => {
    const server = await serve({ capabilities: ['body'] })
    start().notifier.show([planOf('kim', '<b>Q&A</b>')], 'system')
    expect(await shown(server, 1)).toMatchObject([{ body: '<b>Q&A</b>', actions: [] }])
  })

  test('have text of bounded length, which a bus accepts', async () => {
    const server = await serve()
    const { notifier } = start()
    notifier.show([{ ...planOf('kim', `${'ä\u0000\ud800'.repeat(100_000)}\n`.repeat(50)), title: '🔔'.repeat(100_000) }], 'system')
    notifier.show([planOf('lee', 'two')], 'system')
    const [first, second] = await shown(server, 2)
    expect(first?.title.length).toBeLessThan(400)
    expect(first?.body.length).toBeLessThan(4_000)
    expect(first?.body).not.toContain('\u0000')
    expect(second?.body).toBe('two')
  })

  test('replace the one before of the same account, with an id of their own', async () => {
    const server = await serve()
    const { events, notifier } = start()
    notifier.show([planOf('kim', 'one'), planOf('lee', 'other'), planOf('kim', 'two')], 'system')
    const all = await shown(server, 3)
    expect(all.map(({ id, replaces, isClosed }) => [id, replaces, isClosed])).toEqual([
      [1, 0, true],
      [2, 0, false],
      [3, 0, false],
    ])
    // The button of the old one was pressed before the server closed it.
    server.emit(1, ['ActionInvoked', '1'])
    server.emit(3, ['ActionInvoked', '1'])
    await until(() => events.length > 0)
    expect(events).toEqual(['delete two'])
  })

  test('act on their own message, and open it with the token of the click', async () => {
    const server = await serve()
    const { events, notifier } = start()
    notifier.show([planOf('kim', 'one'), planOf('lee', 'two'), planOf('park', 'three')], 'system')
    await shown(server, 3)
    server.emit(2, ['ActionInvoked', '0'])
    server.emit(1, ['ActivationToken', 'token-1'], ['ActionInvoked', 'default'])
    server.emit(3, ['ActionInvoked', 'default'])
    for (const key of ['7', '', '-1', 'toString']) server.emit(3, ['ActionInvoked', key])
    server.emit(99, ['ActionInvoked', '0'])
    await until(() => events.length === 3)
    expect(events).toEqual(['read two', 'click one token-1', 'click three null'])
  })

  test('are heard although a button is pressed in the moment in which they appear', async () => {
    await serve({ pressesAtOnce: '0' })
    const { events, notifier } = start()
    notifier.show([planOf('kim', 'one')], 'system')
    await until(() => events.length === 1)
    expect(events).toEqual(['read one'])
  })

  test('do not listen to another program that speaks for the server', async () => {
    const server = await serve()
    const { events, notifier } = start()
    notifier.show([planOf('kim', 'one')], 'system')
    await shown(server, 1)
    const path = '/org/freedesktop/Notifications'
    const signal = ['--object-path', path, '--signal', 'org.freedesktop.Notifications.ActionInvoked', 'uint32 1', '1']
    await execute(pathOf('gdbus'), ['emit', '--address', bus.address, ...signal])
    server.emit(1, ['ActionInvoked', '0'])
    await until(() => events.length > 0)
    expect(events).toEqual(['read one'])
  })

  test('are closed when their messages are read, also before the server has answered, and when the app quits', async () => {
    const server = await serve()
    const { notifier } = start()
    notifier.show([planOf('kim', 'one'), planOf('lee', 'two'), planOf('park', 'three')], 'system')
    notifier.remove('account lee')
    await until(() => server.shown().filter(isOpen).length === 2 && server.shown().length === 3)
    expect(server.shown().filter(isOpen)).toMatchObject([{ body: 'one' }, { body: 'three' }])
    notifier.close()
    await until(() => server.shown().every(({ isClosed }) => isClosed))
  })

  test('reach a server that replaced the one before, whose notifications are not those of the new one', async () => {
    const first = await serve()
    const { events, notifier } = start()
    notifier.show([planOf('kim', 'one')], 'system')
    await shown(first, 1)
    await first.close()
    const second = await serve()
    await execute(pathOf('notify-send'), ['Another program', 'with the id of the closed one'], { env: { ...process.env, ...bus.env } })
    await shown(second, 1)
    second.emit(1, ['ActionInvoked', '1'])
    notifier.remove('account kim')
    notifier.show([planOf('kim', 'two')], 'system')
    const [other, own] = await shown(second, 2)
    expect([other?.appName, other?.body, own?.body]).toEqual(['notify-send', 'with the id of the closed one', 'two'])
    expect(events).toEqual([])
  })

  test('go on after the session bus went away and came back', async () => {
    const before = await serve()
    const { events, notifier } = start()
    notifier.show([planOf('kim', 'one')], 'system')
    await shown(before, 1)
    await bus.end()
    notifier.show([planOf('kim', 'meanwhile')], 'system')
    await until(() => notifications.length === 1)
    await bus.start()
    const server = await serve()
    notifier.show([planOf('kim', 'two')], 'system')
    expect(await shown(server, 1)).toMatchObject([{ body: 'two' }])
    expect(notifications.map(({ closed }) => closed)).toEqual([true])
    server.emit(1, ['ActionInvoked', '0'])
    await until(() => events.length > 0)
    expect(events).toEqual(['read two'])
  })

  test.each([
    ['without a service on the bus', () => bus.env],
    ['without a bus', () => ({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' })],
    ['without an address', () => ({})],
    ['with an address that is none', () => ({ DBUS_SESSION_BUS_ADDRESS: 'nonsense' })],
  ])('are shown by Electron %s', async (_where, env) => {
    const { events, notifier } = start(env())
    notifier.show([planOf('kim', '<b>one</b>'), planOf('kim', 'two')], 'system')
    await until(() => notifications.length === 2)
    expect(notifications.map(({ options, closed }) => [options.body, closed])).toEqual([
      ['&lt;b&gt;one&lt;/b&gt;', true],
      ['two', false],
    ])
    notifier.remove('account kim')
    await until(() => notifications[1]?.closed === true)
    expect(events).toEqual([])
  })

  test('are shown by Electron where the server ends meanwhile', async () => {
    await serve({ endsAtOnce: true })
    const { events, notifier } = start()
    notifier.show([planOf('kim', 'one')], 'system')
    await until(() => notifications.length === 1)
    expect(notifications[0]?.options.body).toBe('one')
    expect(events).toEqual([])
  })

  test('that a server never answers are reported, and Electron does not wait for it as well', async () => {
    await serve({ hangs: true })
    const { events, notifier } = start()
    notifier.show([planOf('kim', 'one')], 'system')
    await until(() => events.length > 0)
    expect(events).toEqual([expect.stringMatching(/^error Notification: /)])
    expect(notifications).toEqual([])
  })

  test('come to a server that notify-send and gdbus know as one', async () => {
    const server = await serve()
    const env = { ...process.env, ...bus.env }
    const sent = execute(pathOf('notify-send'), ['--action=yes=Yes', 'Title', 'Body'], { env })
    expect(await shown(server, 1)).toMatchObject([{ title: 'Title', body: 'Body', actions: [['yes', 'Yes']] }])
    server.emit(1, ['ActionInvoked', 'yes'])
    expect((await sent).stdout.trim()).toBe('yes')
    const call = ['--dest', 'org.freedesktop.Notifications', '--object-path', '/org/freedesktop/Notifications']
    const method = ['--method', 'org.freedesktop.Notifications.GetCapabilities']
    expect((await execute(pathOf('gdbus'), ['call', '--session', ...call, ...method], { env })).stdout).toContain("'body-markup'")
  })
})
