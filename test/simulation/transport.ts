/** Transports polls and answers over a wire that may be cut, with the deadline of the real transport. */
import type { PollAnswer, Transport } from '../../client/poll-loop.ts'
import type { SimProcess } from './clock.ts'
import type { SimServer } from './server.ts'
import type { SimWire } from './wire.ts'

export interface SimTransportDeps {
  /** The process of the client. */
  readonly process: SimProcess
  readonly wire: SimWire
  /** Null while the server is stopped. */
  readonly server: () => SimServer | null
  /** Uniform in [0, 1). */
  readonly random: () => number
}

const HOP_MS = 40
const GRACE_MS = 10_000
const UNREACHABLE: PollAnswer = { kind: 'failed', problem: { code: 'unreachable', detail: 'The simulated server cannot be reached.' } }
const TIMEOUT: PollAnswer = { kind: 'failed', problem: { code: 'timeout', detail: 'The simulated server does not answer.' } }

export function createSimTransport({ process, wire, server, random }: SimTransportDeps): Transport {
  return ({ tag, waitSeconds, signal }) =>
    new Promise((resolve) => {
      const { generation } = wire
      const isDead = (): boolean => !wire.isUp || wire.generation !== generation
      const settle = (answer: PollAnswer): void => {
        cancel()
        endListening()
        resolve(answer)
      }
      const endListening = wire.onBreak(() => settle(UNREACHABLE))
      const cancel = process.schedule(() => settle(TIMEOUT), waitSeconds * 1000 + GRACE_MS)
      // The answer to an abandoned request is ignored.
      signal.addEventListener('abort', () => settle(TIMEOUT), { once: true })
      const hop = (next: () => void): void => void process.schedule(() => isDead() || next(), HOP_MS * (0.5 + random()))
      if (!wire.isUp && wire.isReported) return void process.schedule(() => settle(UNREACHABLE), HOP_MS)
      hop(() => {
        const target = server()
        if (target) target.poll({ tag, waitSeconds, signal }, (answer) => hop(() => settle(answer ?? UNREACHABLE)))
        else hop(() => settle(UNREACHABLE))
      })
    })
}
