/**
 * Several servers over one Redis, and a crowd of clients that wait for one account each: memory, changes from a PUT at one server
 * to the answer of the client at another, the death of a server under load, and a rolling restart of all.
 */
import { bulk, change, kill, park, type Row, rollingRestart } from './crowd/phases.ts'
import { userName } from './crowd/messages.ts'
import { type Servers, startServers } from './crowd/servers.ts'
import { startWorkers, type Workers } from './crowd/workers.ts'
import { openFilesLimit } from './tools/process.ts'
import { table } from './tools/table.ts'

/** Of the files that a process may open, so many are for connections of its clients. */
const CONNECTIONS_SHARE = 0.85
const PHASES = [park, change, bulk, kill, rollingRestart]

export async function crowd(clients: number, count: number): Promise<void> {
  const startedAtMs = performance.now()
  const progress = (text: string): void => console.log(`${((performance.now() - startedAtMs) / 1_000).toFixed(1).padStart(6)} s  ${text}`)
  const rows: Row[] = []
  const workers = startWorkers(Math.max(2, Math.ceil(clients / (openFilesLimit() * CONNECTIONS_SHARE))))
  let servers: Servers | null = null
  try {
    servers = await startServers(
      count,
      Array.from({ length: clients }, (_, i) => userName(i)),
    )
    progress(`${count} servers, ${clients} accounts, ${workers.count} processes of clients`)
    for (const phase of PHASES) {
      const found = await phase({ servers, workers, clients, progress })
      rows.push(...found)
      for (const [name, value] of found) progress(`${name}: ${value}`)
      await checkNothingWrong(phase.name, workers)
    }
  } finally {
    console.log(`\n${clients} clients and accounts, ${count} servers over one Redis; latency from a PUT to the client's answer, p50 / p99`)
    console.log(table(rows))
    await Promise.all([workers.close(), servers?.close()])
  }
}

async function checkNothingWrong(phase: string, workers: Workers): Promise<void> {
  const { wrong } = await workers.state()
  if (wrong.length > 0) throw new Error(`${phase}: ${wrong.length} wrong answers, such as: ${wrong[0]}.`)
}
