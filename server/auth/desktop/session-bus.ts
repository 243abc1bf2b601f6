/**
 * A few calls on the session bus of a Linux desktop (D-Bus), on a connection of their own: they come with a sign-in, so a
 * lasting connection would only have to be watched. Calls are sent without introspection.
 */
import { isAbsolute } from 'node:path'
import { createClient, type MessageBus } from 'dbus-native'

export type Environment = Readonly<Record<string, string | undefined>>

interface BusCall {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
}

/** @throws the error of the other side, or that it did not answer in time */
export type CallBus = (call: BusCall) => Promise<readonly unknown[]>

const HELLO = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
}
/** For each call: the service may have to start, and to ask a provider for a token. */
const TIMEOUT_MS = 25_000
/** The default is 128 MiB. */
const MAX_MESSAGE_BYTES = 1024 * 1024

/** Null if the session has no bus. */
export function busAddressOf({ DBUS_SESSION_BUS_ADDRESS: address = '', XDG_RUNTIME_DIR: runtimeDir = '' }: Environment): string | null {
  if (address !== '') return address
  return isAbsolute(runtimeDir) ? `unix:path=${runtimeDir}/bus` : null
}

/** Resolves with what `work` does, and closes the connection then. @throws also if the bus cannot be reached */
export async function withSessionBus<Result>(busAddress: string, work: (call: CallBus) => Promise<Result>): Promise<Result> {
  // Not `direct`, the client would greet the bus by itself, and throw out of reach where that fails.
  const bus = createClient({ busAddress, direct: true, timeout: TIMEOUT_MS, maxMessageSize: MAX_MESSAGE_BYTES })
  // A connection that was not accepted stays open.
  bus.connection.on('error', () => bus.connection.stream.destroy())
  try {
    await send(bus, HELLO)
    return await work((call) => send(bus, call))
  } finally {
    bus.connection.stream.destroy()
  }
}

const send = (bus: MessageBus, call: BusCall): Promise<readonly unknown[]> =>
  new Promise((resolve, reject) => {
    bus.invoke({ ...call }, (error, ...body: unknown[]) => (error ? reject(error) : resolve(body)))
  })
