/** A source as a test has it in hand: what it counts is set for all machines, and each says whether it runs there. */
import type { SourceConfig } from '../../../../server/sources/kinds.ts'
import type { CommandSourceConfig } from '../../../../server/sources/command/config.ts'
import type { MessageAction } from '../../../../common/protocol/wire.ts'
import type { Attempt, Source } from '../../../../server/sources/source.ts'

export interface Mailbox {
  /** What every run of it counts, by account. */
  readonly counts: Map<string, number>
  /** Tells each run of it to count anew. */
  changed(): void
  /** Acts that reached it: account, message, action. */
  readonly acts: string[]
  /** How many run just now. */
  readonly running: number
  readonly config: SourceConfig
  readonly createSource: (config: SourceConfig) => Source
}

export function createMailbox(name = 'box'): Mailbox {
  const counts = new Map<string, number>()
  const runs = new Set<() => void>()
  const acts: string[] = []
  const config: CommandSourceConfig = {
    type: 'command',
    name,
    command: ['true'],
    folder: '/',
    account: undefined,
    mode: 'run',
    intervalMs: 1_000,
    timeoutMs: 1_000,
    silenceMs: undefined,
    env: {},
  }
  const actions: MessageAction[] = ['read']
  return {
    counts,
    acts,
    config,
    get running() {
      return runs.size
    },
    changed() {
      for (const look of runs) look()
    },
    createSource: () => ({
      name,
      accounts: [],
      firstReportMs: 10_000,
      silenceMs: 100_000,
      run({ report, signal, onKick }: Attempt) {
        const look = (): void => void report({ accounts: Array.from(counts, ([id, unread]) => ({ id, unread, actions })), rest: 'gone' })
        runs.add(look)
        onKick(look)
        look()
        return new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            runs.delete(look)
            resolve()
          })
        })
      },
      async act(request) {
        acts.push(`${request.account} ${'message' in request ? request.message : '*'} ${request.action}`)
        return 'done'
      },
    }),
  }
}
