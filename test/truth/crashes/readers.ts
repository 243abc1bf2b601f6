/** Clients with the real poll loop, which check each answer against the ledger. */
import { Agent } from 'node:http'
import { systemClock } from '../../../client/clock.ts'
import { createPollLoop, type PollAnswer, type PollLoop, type PollRequest } from '../../../client/poll-loop.ts'
import { createTransport } from '../../../client/transport.ts'
import { isWhole } from './feeder.ts'
import type { Ledger, ReadStart } from './ledger.ts'

export interface ReaderOptions {
  readonly ledger: Ledger
  /** The accounts that the client's token covers. */
  readonly ids: readonly string[]
  readonly token: string
  readonly server: { readonly name: string; readonly url: string }
}

export interface ReaderCounts {
  answers: number
  unchanged: number
  failed: number
}

export function startReader({ ledger, ids, token, server }: ReaderOptions, counts: ReaderCounts): PollLoop {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const transport = createTransport({ url: server.url, token, ownAgent: agent })

  function check(
    accounts: readonly { readonly id: string; readonly unread: number | null; readonly status: string }[],
    start: ReadStart,
  ): void {
    for (const id of ids) {
      const account = accounts.find((each) => each.id === id)
      ledger.check(id, account, start)
      if (account && !isWhole(account)) ledger.wrong.push(`${id} is a mixture: ${JSON.stringify(account)}`)
    }
  }

  async function poll(request: PollRequest): Promise<PollAnswer> {
    const start = ledger.startRead(server.name)
    const answer = await transport(request)
    if (answer.kind === 'failed') counts.failed += 1
    else if (answer.kind === 'accounts') {
      counts.answers += 1
      check(answer.accounts, start)
    } else if (answer.kind === 'unchanged') {
      counts.unchanged += 1
      check(loop.view.accounts ?? [], start)
    } else ledger.wrong.push(`a client was signed out: ${answer.problem.detail}`)
    return answer
  }

  const loop = createPollLoop({ ...systemClock, transport: poll, onView: () => undefined })
  loop.start()
  return loop
}
