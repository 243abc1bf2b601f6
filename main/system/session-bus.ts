/**
 * The session bus of a Linux desktop (D-Bus), connected to when it is first needed and again after it went away. Calls are sent
 * without introspection.
 */
import type { MessageBus } from 'dbus-native'
import { isAbsolute } from 'node:path'

interface BusCall {
  /** A well-known name, whose service the bus may start, or a unique one such as `:1.7`. */
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly signature?: string
  readonly body?: unknown[]
}

export interface BusSignal {
  /** The unique name of its sender. */
  readonly sender: string
  readonly member: string
  readonly body: readonly unknown[]
}

export interface SessionBus {
  /**
   * @param onReply called with the reply before any later message of the bus is handled, which the promise cannot promise
   * @throws if there is no bus, or the other side answers an error or nothing for 5 s
   */
  call(call: BusCall, onReply?: (body: readonly unknown[]) => void): Promise<readonly unknown[]>
  /** Sends what was called before. */
  close(): void
}

interface SessionBusDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Which signals arrive: a match rule of D-Bus. */
  readonly match: string
  readonly onSignal: (signal: BusSignal) => void
}

const DAEMON = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' }
const TIMEOUT_MS = 5_000
/** Only short texts are expected; the default is 128 MiB. */
const MAX_MESSAGE_BYTES = 1024 * 1024
const SIGNAL = 4

export function createSessionBus({ env, match, onSignal }: SessionBusDeps): SessionBus {
  let connecting: Promise<MessageBus> | null = null
  let current: MessageBus | null = null

  async function connect(): Promise<MessageBus> {
    const busAddress = addressOf(env)
    if (busAddress === null) throw new Error('There is no session bus.')
    // Other platforms never load it.
    const { createClient } = await import('dbus-native')
    // Not `direct`, the client would greet the bus by itself, and throw out of reach where that fails.
    const bus = createClient({ busAddress, direct: true, timeout: TIMEOUT_MS, maxMessageSize: MAX_MESSAGE_BYTES })
    current = bus
    bus.connection.on('close', () => {
      if (current !== bus) return
      current = null
      connecting = null
    })
    // A connection that was not accepted stays open.
    bus.connection.on('error', () => bus.connection.stream.destroy())
    bus.connection.on('message', ({ type, sender = '', member = '', body = [] }: Partial<BusSignal> & { readonly type: number }) => {
      if (type === SIGNAL) onSignal({ sender, member, body })
    })
    try {
      await send(bus, { ...DAEMON, member: 'Hello' })
      await send(bus, { ...DAEMON, member: 'AddMatch', signature: 's', body: [match] })
    } catch (error) {
      current = null
      bus.connection.stream.destroy()
      throw error
    }
    return bus
  }

  return {
    async call(call, onReply) {
      connecting ??= connect().catch((error: unknown) => {
        connecting = null
        throw error
      })
      return await send(await connecting, call, onReply)
    },
    close(): void {
      current?.connection.end()
    },
  }
}

const send = (bus: MessageBus, call: BusCall, onReply?: (body: readonly unknown[]) => void): Promise<readonly unknown[]> =>
  new Promise((resolve, reject) => {
    bus.invoke({ ...call }, (error, ...body: unknown[]) => {
      if (error) return reject(error)
      onReply?.(body)
      resolve(body)
    })
  })

/** Of the environment, or of the base directory specification where the variable is missing. */
function addressOf(env: SessionBusDeps['env']): string | null {
  const { DBUS_SESSION_BUS_ADDRESS: address = '', XDG_RUNTIME_DIR: runtimeDir = '' } = env
  if (address !== '') return address
  return isAbsolute(runtimeDir) ? `unix:path=${runtimeDir}/bus` : null
}
