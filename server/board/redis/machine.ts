/** This machine, as one of those that share a board: what the files beside have in common. */
import { type Clock, type Defer, deferred } from '../../../common/async/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { SourceCollector } from '../backend.ts'
import type { Board } from '../board.ts'
import type { RedisConfig } from './config.ts'
import { type Connection, openConnection } from './connection/connection.ts'
import { RedisError } from './connection/errors.ts'
import { namesOf } from './keys.ts'
import { HEARTBEAT_NOW_TEXT } from './messages.ts'
import { createOutageLog } from './connection/outage-log.ts'
import { createReplica } from './replica.ts'

export interface RedisBackendDeps extends Clock {
  readonly config: RedisConfig
  /** Connects to Redis, or rejects with one sentence; by default over the network. */
  readonly connect?: (config: RedisConfig) => Promise<Connection>
  readonly log: Logger
  readonly random: () => number
  /** Epoch milliseconds. */
  readonly wallClock: () => number
  /** Random, of characters that an entity-tag and a key may hold. */
  readonly newId: () => string
  /** The board that the collector writes to: no client reads it. */
  readonly intake: Board
  readonly collector: SourceCollector
  readonly defer: Defer
}

export type Machine = ReturnType<typeof createMachine>

export function createMachine(deps: RedisBackendDeps) {
  const machineId = deps.newId()
  return {
    connect: openConnection,
    ...deps,
    machineId,
    outage: createOutageLog(deps.log, machineId),
    names: namesOf(deps.config.prefix),
    replica: createReplica(deps.newId(), deps.defer, (err) =>
      deps.log.error({ err }, 'a change of the shared board was not announced to all'),
    ),
    deferred: () => deferred(deps.defer),
    /** Aborted when this machine leaves. */
    closing: new AbortController(),
    connection: null as Connection | null,
  }
}

/**
 * Writes accounts, as the script `write` takes them. `unavailable`: nothing was written; `unknown`: all of it was written, or
 * none and never will be.
 * @param term of the collecting machine; empty for a PUT
 * @param onlySame only those that have not been counted again since
 */
export async function writeAccounts({ connection, names, outage }: Machine, term: string, accounts: readonly string[], onlySame = false) {
  if (!connection) return { kind: 'unavailable' } as const
  const { commands, answer, write } = connection
  try {
    const keys = [names.accounts, names.meta, names.seeding]
    const written = await write((deadline) => commands.write(keys, [names.changes, term, deadline, '', onlySame ? '1' : '', ...accounts]))
    if (written.kind === 'unavailable') answer(commands.publish(names.changes, HEARTBEAT_NOW_TEXT)).catch(outage.failed)
    return written
  } catch (error) {
    outage.failed(error)
    return { kind: error instanceof RedisError && error.isReply ? 'unavailable' : 'unknown' } as const
  }
}
