/** `GET /v1/accounts` and `GET /v1/accounts/{id}`: compare the client's tag with the board's, answer or park. */
import type { ServerResponse } from 'node:http'
import { type PollQuery, holdSecondsOf, tagOf, type Verdict, verdictOf } from '../board/answer.ts'
import { accountOf, type BoardReader } from '../board/board.ts'
import type { AccountIds } from '../../common/protocol/wire.ts'
import { etagOf, parseIfNoneMatch, parseWait, type Tag } from '../../common/protocol/wire.ts'
import { type PollContext, ParkedPoll } from './parked-poll.ts'
import type { HeaderList } from './answers.ts'

export interface AccountPollContext extends PollContext {
  readonly board: BoardReader
  readonly bodies: Bodies
}

/** What a poll looks at: the accounts of a token as a list, or one account by itself. */
export type View = { readonly all: AccountIds } | { readonly one: string }

/** Who polls: the name, by which polls are capped, and whether `actions` are for them. */
export interface Reader {
  readonly name: string
  readonly mayAct: boolean
}

/** So long a number that another machine may have told as fresh is not contradicted. */
const HESITATE_SECONDS = 10

export class AccountPoll extends ParkedPoll<AccountPollContext> {
  readonly ids: AccountIds
  readonly #one: boolean
  readonly #asked: PollQuery
  readonly #mayAct: boolean

  constructor(desk: AccountPollContext, res: ServerResponse, view: View, asked: PollQuery, reader: Reader, address: string | null) {
    super(desk, res, reader.name, address)
    this.#mayAct = reader.mayAct
    this.#one = 'one' in view
    this.ids = 'one' in view ? [view.one] : view.all
    this.#asked = asked
  }

  /** Answers at once, or parks: one turn, so that no change falls in between. */
  start(): void {
    const { board, maxHoldSeconds, random } = this.desk
    const { has, waitSeconds } = this.#asked
    if (this.#verdict(board.tag(this.ids)) === 'park') this.park(holdSecondsOf(waitSeconds, maxHoldSeconds, random))
    // Whoever asks a fresh machine and a deaf one by turns would be told by each of them, as fast as it can ask.
    else if (waitSeconds > 0 && Array.isArray(has) && has.some(board.isFreshElsewhere)) this.park(Math.min(waitSeconds, HESITATE_SECONDS))
    else this.answer()
  }

  isAnswerable(): boolean {
    return this.#verdict(this.desk.board.tag(this.ids)) === 'full'
  }

  /** Reads the board anew, also when the hold has passed: "nothing changed" is never said wrongly. */
  answer(): void {
    const { board, answers, bodies } = this.desk
    const tag = board.tag(this.ids)
    const unchanged = this.#verdict(tag) !== 'full'
    if (this.#one && board.get(String(this.ids[0])) === undefined) return answers.problem(this.res, 'not-found')
    const { has } = this.#asked
    const told = unchanged && Array.isArray(has) ? tagOf(has, tag, board.isAhead) : tag
    const head = ['ETag', etagOf(told ?? tag), ...this.#preferenceApplied()]
    if (unchanged) return answers.send(this.res, 304, head)
    const body = this.#one ? bodies.one(String(this.ids[0]), this.#mayAct) : bodies.all(this.ids, tag, this.#mayAct)
    answers.send(this.res, 200, ['Content-Type', 'application/json', ...head], body)
  }

  #verdict(present: Tag): Verdict {
    return verdictOf(this.#asked, present, this.desk.board.isAhead)
  }

  #preferenceApplied(): HeaderList {
    const { waitSeconds } = this.#asked
    return waitSeconds > 0 ? ['Preference-Applied', `wait=${Math.min(waitSeconds, this.desk.maxHoldSeconds)}`] : []
  }
}

/** What the request says of itself, or the header field that is malformed. */
export function parsePollQuery(ifNoneMatch: string | undefined, prefer: string | undefined): PollQuery | { readonly malformed: string } {
  const waitSeconds = parseWait(prefer)
  if (waitSeconds === null) return { malformed: 'Prefer' }
  if (ifNoneMatch === undefined) return { has: null, waitSeconds }
  const parsed = parseIfNoneMatch(ifNoneMatch)
  if (parsed === null) return { malformed: 'If-None-Match' }
  return { has: 'any' in parsed ? 'any' : parsed.tags, waitSeconds }
}

/** Bodies, as JSON. */
export interface Bodies {
  one(id: string, mayAct: boolean): string
  all(ids: AccountIds, tag: Tag, mayAct: boolean): Uint8Array
}

/** How long a body may be told again although the time of the last check has moved since. */
const REUSE_MS = 1_000

interface Kept {
  readonly tag: Tag
  readonly madeAtMs: number
  readonly body: Uint8Array
}

interface Keeper {
  everything: Kept | undefined
  readonly ofList: WeakMap<readonly string[], Kept>
}

const createKeeper = (): Keeper => ({ everything: undefined, ofList: new WeakMap() })

/** A change that many wait for is put into words once: the last body of each list is kept for a moment. */
export function createBodies(board: BoardReader, now: () => number): Bodies {
  const forReaders = createKeeper()
  const forActors = createKeeper()

  return {
    one(id, mayAct) {
      const entry = board.get(id)
      return entry ? JSON.stringify(accountOf(entry, mayAct)) : ''
    },
    all(ids, tag, mayAct) {
      const kept = mayAct ? forActors : forReaders
      const known = ids === '*' ? kept.everything : kept.ofList.get(ids)
      const madeAtMs = now()
      if (known?.tag === tag && madeAtMs - known.madeAtMs < REUSE_MS) return known.body
      const body = Buffer.from(JSON.stringify({ accounts: Array.from(board.entries(ids), (entry) => accountOf(entry, mayAct)) }))
      if (ids === '*') kept.everything = { tag, madeAtMs, body }
      else kept.ofList.set(ids, { tag, madeAtMs, body })
      return body
    },
  }
}
