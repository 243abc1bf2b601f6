/** Polls as they travel: there and back over a wire that may be cut, with the deadline of the real transport. */
import type { PollAnswer, Transport } from '../../client/poll-loop.ts'
import type { SimProcess } from './clock.ts'
import type { SimServer } from './server.ts'
import type { SimWire } from './wire.ts'

export interface SimTransportDeps {
  /** That of the client. */
  readonly process: SimProcess
  readonly wire: SimWire
  /** Null while there is none. */
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
      const { life } = wire
      const isDead = (): boolean => !wire.isUp || wire.life !== life
      const settle = (answer: PollAnswer): void => {
        cancel()
        endListening()
        resolve(answer)
      }
      const endListening = wire.onBreak(() => settle(UNREACHABLE))
      const cancel = process.schedule(() => settle(TIMEOUT), waitSeconds * 1000 + GRACE_MS)
      // The answer to an abandoned request is ignored.
      signal.addEventListener('abort', () => settle(TIMEOUT), { once: true })
      const hop = (then: () => void): void => void process.schedule(() => isDead() || then(), HOP_MS * (0.5 + random()))
      if (!wire.isUp && wire.isReported) return void process.schedule(() => settle(UNREACHABLE), HOP_MS)
      hop(() => {
        const there = server()
        if (there) there.poll({ tag, waitSeconds, signal }, (answer) => hop(() => settle(answer ?? UNREACHABLE)))
        else hop(() => settle(UNREACHABLE))
      })
    })
}
