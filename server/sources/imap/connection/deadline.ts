/** Fails a connection whose server does not answer in time. */
import type { ImapSourceConfig } from '../config.ts'
import { SourceError } from '../../source.ts'
import type { Connection } from './open.ts'

export interface Deadline {
  /** From now on there are `ms` left, or what was left where that is less. */
  shorten(ms: number): void
  end(): void
}

/** @param times between two answers, and in all. */
export function startDeadline(
  connection: Connection,
  { host, port }: Pick<ImapSourceConfig, 'host' | 'port'>,
  { answerMs, mostMs }: { readonly answerMs: number; readonly mostMs: number },
): Deadline {
  let lastMs = performance.now() + mostMs
  const expire = (): void => connection.fail(new SourceError('network', `${host}:${port} has stopped answering; it is asked again.`))
  let timer = setTimeout(expire, answerMs)
  let ended = false
  const wait = (ms: number): void => {
    if (ended) return
    clearTimeout(timer)
    timer = setTimeout(expire, Math.max(0, Math.min(ms, lastMs - performance.now())))
  }
  const renew = (): void => wait(answerMs)
  connection.client.on('response', renew)
  return {
    shorten(ms) {
      lastMs = Math.min(lastMs, performance.now() + ms)
      wait(ms)
    },
    end() {
      ended = true
      connection.client.off('response', renew)
      clearTimeout(timer)
    },
  }
}
