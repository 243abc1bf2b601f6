/**
 * Notifications on Linux by the desktop's service `org.freedesktop.Notifications`, since Electron has neither buttons nor silence
 * there (docs/decisions.md). The service is queried for each notification, and each is addressed to the process that showed it,
 * because the service and the bus may end and start at any time.
 */
import { errorCodeOf, errorTextOf } from '../../common/errors.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import { type BusSignal, createSessionBus } from '../system/session-bus.ts'
import type { NotificationPlan } from './compose.ts'
import type { Notifier, NotifierEvents } from './notifier.ts'
import { buttonKey, CLICK_KEY, NOTIFY_SIGNATURE, notifyArguments } from './notify-arguments.ts'

interface DbusNotifierDeps extends NotifierEvents {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly openLabel: () => string
  /** Shows notifications where no service answers. */
  readonly instead: Notifier
}

interface ShownNotification {
  readonly plan: NotificationPlan
  /** The unique name of the process that shows it. */
  readonly server: string
  readonly id: number
}

const NAME = 'org.freedesktop.Notifications'
const SERVICE = { destination: NAME, path: '/org/freedesktop/Notifications', interface: NAME }
const DAEMON = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' }
const MATCH = `type='signal',interface='${NAME}',path='${SERVICE.path}'`

export function createDbusNotifier({ env, openLabel, onClick, onAction, onError, instead }: DbusNotifierDeps): Notifier {
  const bus = createSessionBus({ env, match: MATCH, onSignal })
  /** By the id of the plan. A notification that the user has closed stays here until the next one of its account. */
  const last = new Map<string, ShownNotification>()
  let activation: { readonly shown: ShownNotification; readonly token: string } | null = null
  /** One step after the other: a notification may be removed before the service has answered with its id. */
  let steps: Promise<void> = Promise.resolve()
  const then = (step: () => Promise<void>): void => {
    steps = steps.then(step).catch((error: unknown) => onError(`Notification: ${errorTextOf(error)}`))
  }

  function onSignal({ sender, member, body: [id, text] }: BusSignal): void {
    const shown = [...last.values()].find((each) => each.server === sender && each.id === id)
    if (!shown || typeof text !== 'string') return
    if (member === 'ActivationToken') activation = { shown, token: text }
    if (member !== 'ActionInvoked') return
    const token = activation?.shown === shown ? activation.token : null
    activation = null
    const action = shown.plan.actions.find((_action, index) => buttonKey(index) === text)
    if (text === CLICK_KEY) onClick(shown.plan, token)
    else if (action) onAction(action, shown.plan)
  }

  /** @throws if there is no service, or it does not answer */
  async function showByBus(plan: NotificationPlan, sound: DesktopSettings['sound']): Promise<void> {
    // The first call also starts the service.
    const [names] = await bus.call({ ...SERVICE, member: 'GetCapabilities' })
    const [server] = await bus.call({ ...DAEMON, member: 'GetNameOwner', signature: 's', body: [NAME] })
    if (typeof server !== 'string') throw new Error('The bus names no owner.')
    const capabilities = Array.isArray(names) ? names.filter((each) => typeof each === 'string') : []
    const body = notifyArguments(plan, { sound, capabilities, openLabel: openLabel() })
    await bus.call({ ...SERVICE, destination: server, member: 'Notify', signature: NOTIFY_SIGNATURE, body }, ([id]) => {
      if (typeof id === 'number') last.set(plan.id, { plan, server, id })
    })
  }

  async function show(plan: NotificationPlan, sound: DesktopSettings['sound']): Promise<void> {
    await close(plan.id)
    instead.remove(plan.id)
    try {
      await showByBus(plan, sound)
    } catch (error) {
      // Electron would wait for the same answer, and block the app meanwhile.
      if (errorCodeOf(error) === 'ETIMEDOUT') throw error
      instead.show([plan], sound)
    }
  }

  async function close(planId: string): Promise<void> {
    const shown = last.get(planId)
    if (!shown || !last.delete(planId)) return
    const call = { ...SERVICE, destination: shown.server, member: 'CloseNotification', signature: 'u', body: [shown.id] }
    // It may be closed already, or its server may have ended.
    await bus.call(call).catch(() => undefined)
  }

  return {
    show(plans, sound) {
      for (const plan of plans) then(() => show(plan, sound))
    },
    remove(id) {
      then(async () => {
        instead.remove(id)
        await close(id)
      })
    },
    close() {
      then(async () => {
        instead.close()
        for (const id of last.keys()) await close(id)
        bus.close()
      })
    },
  }
}
