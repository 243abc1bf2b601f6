/** A server of `org.freedesktop.Notifications` on a real session bus, which records what it shows. */
import { createClient } from 'dbus-native'

export interface ServedNotification {
  readonly id: number
  readonly appName: string
  readonly replaces: number
  readonly icon: string
  readonly title: string
  readonly body: string
  /** Keys and labels. */
  readonly actions: readonly (readonly [string, string])[]
  readonly hints: Readonly<Record<string, unknown>>
  readonly timeout: number
  readonly isClosed: boolean
}

export interface NotificationServer {
  shown(): readonly ServedNotification[]
  /** Emits a signal about a notification, in one step with others of the same call. */
  emit(id: number, ...signals: readonly (readonly ['ActionInvoked' | 'ActivationToken', string])[]): void
  close(): Promise<void>
}

interface ServerOptions {
  readonly capabilities?: readonly string[]
  /** Presses this key of a notification in the same moment in which it answers with its id. */
  readonly pressesAtOnce?: string
  /** It ends as soon as it receives a notification. */
  readonly endsAtOnce?: boolean
  /** It receives calls and never answers. */
  readonly hangs?: boolean
}

const NAME = 'org.freedesktop.Notifications'
const PATH = '/org/freedesktop/Notifications'
/** As GNOME and KDE have them. */
const CAPABILITIES = ['actions', 'body', 'body-markup', 'icon-static', 'persistence', 'sound']

export async function startNotificationServer(address: string, options: ServerOptions = {}): Promise<NotificationServer> {
  const { capabilities = CAPABILITIES, pressesAtOnce, endsAtOnce = false, hangs = false } = options
  const bus = createClient({ busAddress: address })
  bus.connection.on('error', () => undefined)
  const all: ServedNotification[] = []
  const signal = (member: string, signature: string, ...body: readonly unknown[]): void =>
    bus.sendSignal(PATH, NAME, member, signature, [...body])

  function closeOne(id: number, reason: number): void {
    const index = all.findIndex((each) => each.id === id && !each.isClosed)
    const found = all[index]
    if (!found) return
    all[index] = { ...found, isClosed: true }
    signal('NotificationClosed', 'uu', id, reason)
  }
  /** The app reads the answer and the signal in one piece, because this process stands still until the bus has sent both. */
  function pressAfterAnswer(id: number, key: string): void {
    queueMicrotask(() => queueMicrotask(() => signal('ActionInvoked', 'us', id, key)))
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100))
  }
  const never = new Promise<never>(() => undefined)

  const methods = {
    GetCapabilities: () => (hangs ? never : capabilities),
    GetServerInformation: () => ['Test', 'Mailbell', '1', '1.3'],
    Notify(
      ...[appName, replaces, icon, title, body, words, hints, timeout]: [
        string,
        number,
        string,
        string,
        string,
        string[],
        Record<string, unknown>,
        number,
      ]
    ) {
      if (endsAtOnce) return bus.close().then(() => never)
      const id = replaces === 0 ? all.length + 1 : replaces
      const actions = words.flatMap((key, at) => (at % 2 === 0 ? [[key, words[at + 1] ?? ''] as const] : []))
      all.push({ id, appName, replaces, icon, title, body, actions, hints, timeout, isClosed: false })
      if (pressesAtOnce !== undefined) pressAfterAnswer(id, pressesAtOnce)
      return id
    },
    CloseNotification: (id: number) => closeOne(id, 3),
  }
  bus.exportInterface(methods, PATH, {
    name: NAME,
    methods: {
      GetCapabilities: ['', 'as', [], []],
      GetServerInformation: ['', 'ssss', [], []],
      Notify: ['susssasa{sv}i', 'u', [], []],
      CloseNotification: ['u', '', [], []],
    },
  })
  await bus.requestName(NAME, 0)

  return {
    shown: () => all,
    emit(id, ...signals) {
      for (const [member, text] of signals) signal(member, 'us', id, text)
      if (signals.some(([member]) => member === 'ActionInvoked')) closeOne(id, 2)
    },
    close: () => bus.close(),
  }
}
