/** SIGHUP, or a change by a client: the running server takes over what may change while it runs. */
import { isDeepStrictEqual } from 'node:util'
import { createSerialQueue } from '../../../common/async/serial-queue.ts'
import { errorTextOf } from '../../../common/errors.ts'
import type { Config } from '../../config/load.ts'
import type { Logger } from '../../platform/log.ts'
import type { RunningServer } from '../../start.ts'

/** What a server takes over at its start only. */
const fixed = ({ http: { legacy: _legacy, ...http }, redis, persist }: Config): unknown => [http, redis, persist]

/** @param started the config that the server was started with */
export function createReload(server: Pick<RunningServer, 'reload'>, started: Config, load: () => Promise<Config>, log: Logger) {
  const enqueue = createSerialQueue()

  async function takeOver(next: Config): Promise<void> {
    await server.reload(next)
    log.info({ sources: next.sources.length, tokens: next.tokens.length }, 'the config was reloaded')
    if (!isDeepStrictEqual(fixed(next), fixed(started)))
      log.warn({}, 'tokens and sources were reloaded; the other changes of the config need a restart')
  }

  /** One after the other, so that the last config that was read is the one in use. */
  return {
    /** Never rejects: a config that is not valid changes nothing, and the log says why. */
    reload: (): Promise<void> =>
      enqueue(async () => {
        try {
          await takeOver(await load())
        } catch (error) {
          log.error({ reason: errorTextOf(error) }, 'the config cannot be reloaded; the previous one stays in use')
        }
      }),
    /** Takes over the config that `write` has written; rejects with its error. */
    change: <Written extends { readonly config: Config }>(write: () => Promise<Written>): Promise<Written> =>
      enqueue(async () => {
        const written = await write()
        await takeOver(written.config)
        return written
      }),
  }
}
