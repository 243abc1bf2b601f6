/** The processes that hold the clients. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { withLimit } from '../tools/limit.ts'
import type { Numbered, Reply, Request, State } from './messages.ts'

export interface Workers {
  readonly count: number
  readonly pids: readonly number[]
  /** Sends a request to each, and waits for all replies. */
  ask(what: string, seconds: number, request: Request): Promise<readonly Reply[]>
  /** Opens the clients, the same number in each process. */
  park(clients: number, seconds: number): Promise<void>
  state(): Promise<State>
  close(): Promise<void>
}

const STATE_SECONDS = 60

export function startWorkers(count: number): Workers {
  const path = fileURLToPath(new URL('worker.ts', import.meta.url))
  const children = Array.from({ length: count }, (_, i) =>
    fork(path, [`127.0.0.${10 + i}`], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  )
  const pending = new Map<number, { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void }>()
  let numbers = 0

  for (const child of children) {
    child.on('message', ({ number, content }: Numbered<Reply | { readonly error: string }>) => {
      const call = pending.get(number)
      pending.delete(number)
      if ('error' in content) call?.reject(new Error(content.error))
      else call?.resolve(content)
    })
    child.on('exit', (code, signal) => {
      for (const { reject } of pending.values()) reject(new Error(`A process with clients ended (${code ?? signal}).`))
      pending.clear()
    })
  }

  function askOne(child: ChildProcess, what: string, seconds: number, content: Request): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    numbers += 1
    pending.set(numbers, { resolve, reject })
    child.send({ number: numbers, content } satisfies Numbered<Request>, (error) => error && reject(error))
    return withLimit(what, seconds, promise)
  }

  const ask: Workers['ask'] = (what, seconds, request) => Promise.all(children.map((child) => askOne(child, what, seconds, request)))

  return {
    count,
    pids: children.flatMap(({ pid }) => pid ?? []),
    ask,
    async park(clients, seconds) {
      const share = Math.ceil(clients / count)
      const rangeOf = (i: number) => ({ from: Math.min(clients, i * share), to: Math.min(clients, (i + 1) * share) })
      await Promise.all(children.map((child, i) => askOne(child, 'parked clients', seconds, { kind: 'park', ...rangeOf(i) })))
    },
    async state() {
      const states = (await ask('the state of the clients', STATE_SECONDS, { kind: 'state' })).map(({ state }) => state)
      const sum = (of: (state: State) => number): number => states.reduce((total, state) => total + of(state), 0)
      return {
        clients: sum(({ clients }) => clients),
        live: sum(({ live }) => live),
        behind: sum(({ behind }) => behind),
        errorCount: sum(({ errorCount }) => errorCount),
        errors: states.flatMap(({ errors }) => errors),
        wrong: states.flatMap(({ wrong }) => wrong),
      }
    },
    async close() {
      await Promise.all(
        children.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return
          const gone = once(child, 'exit')
          child.kill('SIGKILL')
          await gone
        }),
      )
    },
  }
}
