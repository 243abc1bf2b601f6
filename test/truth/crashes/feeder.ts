/** Programs that report counts without a pause, and note in the ledger what they were answered. */
import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Answer, send } from '../../helpers/server.ts'
import type { Ledger, Write } from './ledger.ts'

export const FEED_TOKEN = 'crashes-feed'
const WRITERS = 4
const PAUSE_MS = 40
const REFUSED_PAUSE_MS = 50
/** One write in so many removes its account. */
const REMOVALS = 12
/** One write in so many reports all accounts of the list at once. */
const LISTS = 40
/** The account that stands for the whole list: all of it is stored, or nothing. */
export const LIST = 'list'

export interface FeederOptions {
  readonly ledger: Ledger
  readonly ids: readonly string[]
  /** Of accounts that are reported together. */
  readonly listLength: number
  readonly servers: readonly { readonly name: string; readonly port: number }[]
  readonly random: () => number
}

export const listIds = (length: number): readonly string[] => Array.from({ length }, (_, i) => `${LIST}-${i}`)

/** What is stored of a number; a reader finds a mixture of two reports by it. */
const countsOf = (unread: number) => ({ unread, total: 2 * unread, latest: [{ id: `m${unread}`, from: 'Kim', subject: '회의' }] })

export function isWhole(account: Readonly<Record<string, unknown>>): boolean {
  const { unread, total, latest } = account
  const expected = countsOf(Number(unread))
  return total === expected.total && JSON.stringify(latest) === JSON.stringify(expected.latest)
}

function outcomeOf({ status, text }: Answer): 'stored' | 'refused' | 'unknown' {
  if (status === 204) return 'stored'
  if (status === 503) return text.includes('may or may not be stored') ? 'unknown' : 'refused'
  // A removal of an account that is not there.
  if (status === 404) return 'refused'
  throw new Error(`A write was answered ${status}: ${text}`)
}

/** A request that never left this process was certainly not stored. */
const outcomeWithout = (error: unknown): 'refused' | 'unknown' =>
  error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'unknown'

export function startFeeder({ ledger, ids, listLength, servers, random }: FeederOptions) {
  const ended = new AbortController()
  const members = listIds(listLength)

  const requestOf = ({ id, number, isPut }: Write): readonly [method: string, path: string, body?: object] => {
    if (id === LIST) return ['PUT', '/v1/accounts', { accounts: members.map((member) => ({ id: member, unread: number })) }]
    return isPut ? ['PUT', `/v1/accounts/${id}`, countsOf(number)] : ['DELETE', `/v1/accounts/${id}`]
  }

  async function write(id: string, isPut: boolean, agent: Agent): Promise<'stored' | 'refused' | 'unknown'> {
    const server = servers[Math.floor(random() * servers.length)]
    if (!server) throw new Error('There is no server.')
    const begun = ledger.begin(id, isPut, server.name)
    const [method, path, body] = requestOf(begun)
    const outcome = await send(server.port, method, path, { token: FEED_TOKEN, agent, ...(body && { body }) }).then(
      outcomeOf,
      outcomeWithout,
    )
    ledger.answered(begun, outcome)
    return outcome
  }

  /** Each account has one writer: what it sends later is newer. */
  async function run(own: readonly string[], hasList: boolean): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const present = new Set<string>()
    while (!ended.signal.aborted) {
      const isList = hasList && random() * LISTS < 1
      const id = isList ? LIST : (own[Math.floor(random() * own.length)] ?? '')
      const isPut = !present.has(id) || random() * REMOVALS >= 1
      const outcome = await write(id, isPut, agent)
      if (outcome === 'stored' && isPut && !isList) present.add(id)
      else present.delete(id)
      await delay(outcome === 'stored' ? random() * PAUSE_MS : REFUSED_PAUSE_MS)
    }
    // Each account is there at the end.
    for (const id of hasList ? [...own, LIST] : own) while ((await write(id, true, agent)) !== 'stored') await delay(REFUSED_PAUSE_MS)
    agent.destroy()
  }

  const running = Promise.all(
    Array.from({ length: WRITERS }, (_, w) =>
      run(
        ids.filter((__, i) => i % WRITERS === w),
        w === 0,
      ),
    ),
  )
  return {
    running,
    /** Reports each account once more; resolves when all of them are stored. */
    async stop(): Promise<void> {
      ended.abort()
      await running
    },
  }
}
