import { type HostCalls, type ScreenCalls, type Scenario, SCENARIO_VARIABLE } from './calls.ts'
import { createPeer } from './peer.ts'

export const scenario: Scenario = JSON.parse(process.env[SCENARIO_VARIABLE] ?? '{"systemLanguages":["en"],"keyring":"there"}')

/** Calls of the spec; each part of the host registers its own. */
export const hostCalls: Partial<HostCalls> = {}

export const screenPeer = createPeer<ScreenCalls>(
  {
    send: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', listener),
  },
  hostCalls as HostCalls,
)

/** A value of the command line: `--name=value`. */
export function switchOf(name: string): string | undefined {
  const prefix = `--${name}=`
  return process.argv.find((arg) => arg.startsWith(prefix))?.slice(prefix.length)
}

/** Emits an event that a listener may prevent, as in Electron. */
export interface PreventableEvent {
  readonly defaultPrevented: boolean
  preventDefault(): void
}

export function preventable(): PreventableEvent {
  let defaultPrevented = false
  return {
    get defaultPrevented() {
      return defaultPrevented
    },
    preventDefault() {
      defaultPrevented = true
    },
  }
}
