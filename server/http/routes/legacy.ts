/**
 * `GET /get.php?userID=ID&mailCount=N`, the original's protocol: the body is the bare number as soon as it differs
 * from N, and nothing after 60 s. It knows no tokens, no tags and no errors.
 */
import type { FastifyInstance } from 'fastify'
import type { ServerResponse } from 'node:http'
import type { BoardReader } from '../../board/board.ts'
import { PATHS } from '../../../common/protocol/wire.ts'
import type { Authorization } from '../authorization.ts'
import type { AddressOf } from '../addresses.ts'
import { type PollContext, ParkedPoll } from '../parked-poll.ts'

export interface LegacyDeps {
  readonly access: Authorization
  readonly desk: LegacyDesk
  readonly addressOf: AddressOf
}

interface LegacyDesk extends PollContext {
  readonly board: BoardReader
}

/** Seconds until the original gave up. */
const GIVE_UP_SECONDS = 60
/** What PHP says of a script's output. */
const CONTENT_TYPE = ['Content-Type', 'text/html; charset=UTF-8']

class LegacyPoll extends ParkedPoll<LegacyDesk> {
  readonly ids: readonly [string]
  /** As it was sent: it is compared as text, and what is no number differs from every number. */
  readonly #mailCount: string

  constructor(desk: LegacyDesk, res: ServerResponse, userId: string, mailCount: string, address: string | null) {
    super(desk, res, null, address)
    this.ids = [userId]
    this.#mailCount = mailCount
  }

  start(): void {
    if (this.isAnswerable()) this.answer()
    else this.park(GIVE_UP_SECONDS)
  }

  isAnswerable(): boolean {
    const unread = this.#unread()
    return unread !== '' && unread !== this.#mailCount
  }

  answer(): void {
    this.desk.answers.send(this.res, 200, CONTENT_TYPE, this.isAnswerable() ? this.#unread() : '')
  }

  /** Empty while nobody has counted: the original held such a request, as it did for an unknown user. */
  #unread(): string {
    const counts = this.desk.board.get(this.ids[0])?.counts
    return counts ? String(counts.unread) : ''
  }
}

export function routeLegacy(app: FastifyInstance, { access, desk, addressOf }: LegacyDeps): void {
  app.get(PATHS.legacy, (request, reply) => {
    reply.hijack()
    const query = new URLSearchParams(request.raw.url?.split('?', 2)[1] ?? '')
    const userId = query.getAll('userID').at(-1)
    if (userId === undefined) {
      desk.answers.problem(reply.raw, 'bad-request', { detail: 'Say whose mail: get.php?userID=ID&mailCount=N.', field: 'userID' })
      return
    }
    const id = access.accountId(userId, reply.raw, 'userID')
    if (id === null) return
    new LegacyPoll(desk, reply.raw, id, query.getAll('mailCount').at(-1) ?? '', addressOf(request.raw)).start()
  })
}
