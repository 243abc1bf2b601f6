/** The server that `mailbell watch` polls: that of this data directory may restart, with another port and another token. */
import { isDeepStrictEqual } from 'node:util'
import type { Server } from '../../../client/http.ts'
import { type PollAnswer, type PollRequest, RESTART_MS, RESTARTING, type Transport } from '../../../client/poll-loop.ts'
import { dataDirOf } from '../../platform/data-dir.ts'
import { readRunFile } from '../serve/run-file.ts'
import { namedServer, type ServerOptions, serverOf } from '../server-choice.ts'

interface FollowDeps {
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly transportTo: (server: Server) => Transport
}

/** @throws CommandError if there is no server at first */
export function followServer(options: ServerOptions, { now, transportTo }: FollowDeps) {
  let server = serverOf(options)
  /** Whether a server has run on the data directory, or one is named. */
  let wasPresent = false
  /** When the token was first rejected of those times in a row; null if the last answer was another. */
  let rejectedAtMs: number | null = null

  /** Null while no server runs on the data directory. */
  function present(): Server | null {
    if (namedServer(options) !== undefined) return server
    if (readRunFile(dataDirOf()) === null) return null
    try {
      return serverOf(options)
    } catch {
      // It has no token for this command any more, and says so itself.
      return server
    }
  }

  /** A server answers before it has written its new token; one that writes none for longer is not that of the data directory. */
  function isRestarting(): boolean {
    const running = present()
    if (running) return !isDeepStrictEqual(running, server)
    rejectedAtMs ??= now()
    return wasPresent && now() - rejectedAtMs < RESTART_MS
  }

  return {
    url: (): string => server.url,
    async transport(request: PollRequest): Promise<PollAnswer> {
      const running = present()
      wasPresent ||= running !== null
      server = running ?? server
      const answer = await transportTo(server)(request)
      if (answer.kind === 'signed-out') return isRestarting() ? { kind: 'failed', problem: RESTARTING } : answer
      rejectedAtMs = null
      return answer
    },
  }
}
