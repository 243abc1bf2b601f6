/** 2,000 IMAP accounts in one collector: start time, cost per account, and latency from delivery to response. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AccountsAnswer } from '../common/protocol/wire.ts'
import { startDovecot } from '../test/helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../test/helpers/imap/imap-client.ts'
import { park, quantile } from './tools/load.ts'
import { cpuSecondsOf, residentBytesOf } from './tools/process.ts'
import { READ, startMailbell } from './tools/target.ts'

const ACCOUNTS = 2_000
const FIRST_UID = 20_001
const DELIVERIES = 300
const IDLE_SECONDS = 60
const LIVE_WITHIN_MS = 180_000

export async function imap(): Promise<void> {
  const users = Array.from({ length: ACCOUNTS }, (_, n) => `user${n}`)
  const dovecot = await startDovecot({ crowd: new Map(users.map((user, n) => [user, FIRST_UID + n])) })
  try {
    const source = (user: string): string =>
      `  - { type: imap, account: "${user}", host: 127.0.0.1, port: ${dovecot.port}, security: none, user: "${user}", password: { env: BENCH_IMAP } }`
    const empty = await startMailbell([], { sources: ['  []'] })
    const emptyBytes = residentBytesOf(empty.pids)
    await empty.stop()

    const startedAtMs = performance.now()
    const env = { BENCH_IMAP: dovecot.password }
    const target = await startMailbell(users, { sources: users.map(source), env })
    try {
      await untilLive(target.port)
      const liveSeconds = (performance.now() - startedAtMs) / 1000
      const cpuToLive = cpuSecondsOf(target.pids)
      console.log(`\n${ACCOUNTS} IMAP accounts: all live after ${liveSeconds.toFixed(1)} s, ${cpuToLive.toFixed(1)} s of CPU`)
      await sleep(5_000)
      const each = (residentBytesOf(target.pids) - emptyBytes) / ACCOUNTS / 1024
      console.log(`memory per account: ${each.toFixed(0)} KB`)
      const before = cpuSecondsOf(target.pids)
      await sleep(IDLE_SECONDS * 1000)
      const idle = cpuSecondsOf(target.pids) - before
      console.log(`idle for ${IDLE_SECONDS} s: ${((idle / IDLE_SECONDS) * 100).toFixed(2)} % of a core`)
      await deliver(target, users, dovecot)
    } finally {
      await target.stop()
    }
  } finally {
    await dovecot.close()
  }
}

async function untilLive(port: number): Promise<void> {
  for (const endMs = performance.now() + LIVE_WITHIN_MS; performance.now() < endMs; await sleep(200)) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/accounts`, { headers: { Authorization: `Bearer ${READ}` } })
    const { accounts } = AccountsAnswer.parse(await answer.json())
    if (accounts.length === ACCOUNTS && accounts.every(({ status }) => status === 'ok')) return
  }
  throw new Error(`Not all ${ACCOUNTS} accounts were live within ${LIVE_WITHIN_MS / 1000} s.`)
}

/** Delivers to idle accounts, one after another: the latency that a user experiences. */
async function deliver(
  target: Awaited<ReturnType<typeof startMailbell>>,
  users: readonly string[],
  dovecot: { readonly port: number; readonly password: string },
): Promise<void> {
  const chosen = users.filter((_, n) => n % Math.floor(ACCOUNTS / DELIVERIES) === 0).slice(0, DELIVERIES)
  const crowd = await park(target, chosen, true)
  const tookMs: number[] = []
  for (const user of chosen) {
    const client = await connectImap({ port: dovecot.port, user, password: dovecot.password })
    const updated = Promise.withResolvers<void>()
    crowd.onUpdate = (who) => void (who === user && updated.resolve())
    await client.append('INBOX', rawMessage('Subject: One more'))
    const deliveredAtMs = performance.now()
    await Promise.race([
      updated.promise,
      sleep(60_000).then(() => Promise.reject(new Error(`The message for ${user} was not reported within a minute.`))),
    ])
    tookMs.push(performance.now() - deliveredAtMs)
    client.close()
  }
  crowd.close()
  const sorted = Float64Array.from(tookMs).toSorted()
  const [p50, p99] = [quantile(sorted, 0.5).toFixed(0), quantile(sorted, 0.99).toFixed(0)]
  console.log(`from delivery to response: p50 ${p50} ms, p99 ${p99} ms over ${tookMs.length} (Dovecot notifies after 500 ms)`)
}
