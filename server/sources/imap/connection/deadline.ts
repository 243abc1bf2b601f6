/** Closes a connection whose server does not answer in time. */
import type { MailServerConfig } from '../../config/mail-server.ts'
import { NoAnswer } from './errors.ts'
import type { Connection } from './open.ts'

export type Deadline = ReturnType<typeof startDeadline>

/** @param answerMs between two responses; @param totalMs overall. */
export function startDeadline(connection: Connection, { host, port }: MailServerConfig, answerMs: number, totalMs: number) {
  let endsAtMs = performance.now() + totalMs
  const expire = (): void => connection.close(new NoAnswer(`${host}:${port} stopped answering; retrying.`))
  let timer = setTimeout(expire, answerMs)
  let hasEnded = false
  const restart = (ms: number): void => {
    if (hasEnded) return
    clearTimeout(timer)
    timer = setTimeout(expire, Math.max(0, Math.min(ms, endsAtMs - performance.now())))
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
