/** The server that `mailbell watch` polls: that of this data directory may restart, with another port and another token. */
import { isDeepStrictEqual } from 'node:util'
import type { Server } from '../../../client/http.ts'
import { type PollAnswer, type PollRequest, RESTARTING } from '../../../client/poll-loop.ts'
import { createTransport } from '../../../client/transport.ts'
import { dataDirOf } from '../../platform/data-dir.ts'
import { readRunFile } from '../serve/run-file.ts'
import { namedServer, type ServerOptions, serverOf } from '../server-choice.ts'

/** @throws CommandError if there is no server at first */
export function followServer(options: ServerOptions) {
  let server = serverOf(options)

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

  return {
    url: (): string => server.url,
    async transport(request: PollRequest): Promise<PollAnswer> {
      server = present() ?? server
      const answer = await createTransport(server)(request)
      // It answers before it has written its new token.
      const isRestarting = answer.kind === 'signed-out' && !isDeepStrictEqual(present(), server)
      return isRestarting ? { kind: 'failed', problem: RESTARTING } : answer
    },
  }
}
