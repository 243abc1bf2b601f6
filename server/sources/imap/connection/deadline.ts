/**
 * Closes a connection whose server does not answer in time: with `NoAnswer` where one answer is missing, not where all of
 * them together take too long.
 */
import type { MailServerConfig } from '../../lib/config/mail-server.ts'
import { SourceError } from '../../source.ts'
import { NoAnswer } from './errors.ts'
import type { Connection } from './open.ts'

export type Deadline = ReturnType<typeof startDeadline>

/** @param answerMs between two responses; @param totalMs overall. */
export function startDeadline(connection: Connection, { host, port }: MailServerConfig, answerMs: number, totalMs: number) {
  let endsAtMs = performance.now() + totalMs
  const server = `${host}:${port}`
  const fallSilent = (): void => connection.close(new NoAnswer(`${server} stopped answering; retrying.`))
  const runOut = (): void => connection.close(new SourceError('network', `${server} answers too slowly; retrying.`))
  let timer = setTimeout(fallSilent, answerMs)
  let hasEnded = false
  const restart = (ms: number): void => {
    if (hasEnded) return
    clearTimeout(timer)
    const leftMs = Math.max(0, endsAtMs - performance.now())
    timer = ms <= leftMs ? setTimeout(fallSilent, ms) : setTimeout(runOut, leftMs)
  }
  const onResponse = (): void => restart(answerMs)
  connection.client.on('response', onResponse)
  return {
    /** Leaves at most `ms` from now on. */
    shorten(ms: number) {
      endsAtMs = Math.min(endsAtMs, performance.now() + ms)
      restart(ms)
    },
    end() {
      hasEnded = true
      connection.client.off('response', onResponse)
      clearTimeout(timer)
    },
  }
}
