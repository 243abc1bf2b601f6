import type { Agent } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pollUntilAborted } from '../../helpers/web/pollers.ts'
import { randomFrom } from '../../helpers/random.ts'
import { type Answer, send, put, startServer, tagOf, type TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

const ACCOUNTS = ['a', 'b', 'c', 'd']
const POLLERS = 24
const CHANGES = 1_500

let server: TestServer
beforeEach(async () => {
  server = await startServer({ http: { drainMs: 0 } })
})
afterEach(() => server.close())

const revOf = (answer: Answer): number => Number(tagOf(answer).split('.')[1])
const countsOf = (answer: Answer, path: string): Map<string, number> =>
  path.endsWith('accounts')
    ? new Map(Array.from(answer.json().accounts ?? [], ({ id, unread }) => [String(id), Number(unread)]))
    : new Map([[String(answer.json()['id']), Number(answer.json()['unread'])]])

interface Poller {
  readonly path: string
  readonly faults: string[]
  tag: string
  rev: number
  counts: ReadonlyMap<string, number>
}

it('never goes backwards, never reports "nothing changed" wrongly, and all clients end with the last counts', async () => {
  const random = randomFrom(20260101)
  /** The state of the board at each rev. */
  const shownAtRev = new Map<number, ReadonlyMap<string, number>>()
  const { board, port } = server
  board.subscribe(() => {
    shownAtRev.set(board.rev, new Map(Array.from(board.entries('*'), ({ id, counts }) => [id, counts?.unread ?? -1])))
  })
  for (const id of ACCOUNTS) await put(port, id, 0)

  const ended = new AbortController()
  const pollers = Array.from({ length: POLLERS }, (_, i): Poller => {
    const path = i % 2 === 0 ? '/v1/accounts' : `/v1/accounts/${ACCOUNTS[i % ACCOUNTS.length]}`
    return { path, faults: [], tag: '', rev: 0, counts: new Map() }
  })

  async function pollOnce(poller: Poller, agent: Agent): Promise<void> {
    const { path, faults, tag } = poller
    const headers = tag === '' ? {} : { 'if-none-match': tag, prefer: `wait=${random() < 0.1 ? 1 : 30}` }
    // Some clients disconnect during a poll.
    const signal = random() < 0.05 ? AbortSignal.any([ended.signal, AbortSignal.timeout(Math.ceil(random() * 10))]) : ended.signal
    const answer = await send(port, 'GET', path, { agent, headers, signal }).catch(() => null)
    if (!answer) return
    if (answer.status === 304) {
      if (!tag.includes(`"${tagOf(answer)}`)) faults.push(`304 for ${answer.headers.etag}, had ${tag}`)
      return
    }
    if (answer.status !== 200) return void faults.push(`status ${answer.status}`)
    const rev = revOf(answer)
    if (rev <= poller.rev) faults.push(`rev ${rev} after ${poller.rev}`)
    const counts = countsOf(answer, path)
    for (const [id, unread] of counts) {
      const shown = shownAtRev.get(rev)?.get(id)
      if (shown !== unread) faults.push(`${id} is ${unread} at rev ${rev}, was ${shown}`)
    }
    Object.assign(poller, { tag: answer.headers.etag, rev, counts })
  }

  const running = pollUntilAborted(pollers, pollOnce, { ended: ended.signal, random })

  const last = new Map(ACCOUNTS.map((id) => [id, 0]))
  for (let i = 0; i < CHANGES; i++) {
    const id = ACCOUNTS[Math.floor(random() * ACCOUNTS.length)] ?? 'a'
    const unread = Math.floor(random() * 4)
    await put(port, id, unread)
    last.set(id, unread)
  }
  const knowsTheLast = ({ counts }: Poller): boolean => counts.size > 0 && [...counts].every(([id, unread]) => last.get(id) === unread)
  await until(() => pollers.every(knowsTheLast))
  ended.abort()
  await running
  expect(pollers.flatMap(({ faults }) => faults)).toEqual([])
  expect(shownAtRev.size).toBeGreaterThan(CHANGES / 2)
})
