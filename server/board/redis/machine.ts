/** This machine, as one of those that share a board: what the files beside have in common. */
import type { Clock } from '../../../common/async/clock.ts'
import { errorTextOf } from '../../../common/errors.ts'
import type { Logger } from '../../platform/log.ts'
import type { SourceCollector } from '../backend.ts'
import type { Board } from '../board.ts'
import type { RedisConfig } from './config.ts'
import type { Connection } from './connection.ts'
import { namesOf } from './keys.ts'
import { HEARTBEAT_NOW_TEXT } from './messages.ts'
import { createReplica } from './replica.ts'

export interface RedisBackendDeps extends Clock {
  readonly config: RedisConfig
  readonly log: Logger
  readonly random: () => number
  /** Epoch milliseconds. */
  readonly wallClock: () => number
  /** Random, of characters that an entity-tag and a key may hold. */
  readonly newId: () => string
  /** The board that the collector writes to: no client reads it. */
  readonly intake: Board
  readonly collector: SourceCollector
}

export type Machine = ReturnType<typeof createMachine>

export function createMachine(deps: RedisBackendDeps) {
  return {
    ...deps,
    machineId: deps.newId(),
    names: namesOf(deps.config.prefix),
    replica: createReplica(deps.newId()),
    /** Aborted when this machine leaves. */
    closing: new AbortController(),
    connection: null as Connection | null,
  }
}

/**
 * Writes accounts, as the script `write` takes them.
 * @param term of the collecting machine; empty for a PUT
 */
export async function writeAccounts({ connection, names, log }: Machine, term: string, accounts: readonly string[]) {
  const unavailable = { kind: 'unavailable' } as const
  if (!connection) return unavailable
  const { commands, answer } = connection
  try {
    const written = await answer(commands.write([names.accounts, names.meta, names.seeding], [names.changes, term, ...accounts]))
    if (written.kind === 'unavailable') await answer(commands.publish(names.changes, HEARTBEAT_NOW_TEXT))
    return written
  } catch (error) {
    log.warn({ reason: errorTextOf(error) }, 'cannot write to the shared board; retrying')
    return unavailable
  }
}
