/** The requests to the bundled server that are answered by message, by their ids. */
import type { WorkerAccount } from '../../common/protocol/account.ts'
import type { Discovery, KnownAccount, TryStep } from '../../common/protocol/discovery.ts'
import type { WorkerCommand, WorkerEvent, WorkerTryError } from '../../common/protocol/worker.ts'

/** How trying a login ended; `unavailable` if no server ran, or it ended first. */
export type TryOutcome = { readonly kind: 'works' } | ({ readonly kind: 'rejected' } & WorkerTryError) | { readonly kind: 'unavailable' }

export function createWorkerRequests(send: (command: WorkerCommand) => void) {
  const tries = new Map<number, { readonly onStep: (step: TryStep) => void; readonly answer: (outcome: TryOutcome) => void }>()
  const finds = new Map<number, (discovery: Discovery | null) => void>()
  const reads = new Map<number, (accounts: readonly KnownAccount[] | null) => void>()
  const checks = new Map<number, () => void>()
  let nextId = 0
  return {
    /** @param onStep called when each step begins */
    tryAccount(account: WorkerAccount, onStep: (step: TryStep) => void): Promise<TryOutcome> {
      const id = nextId++
      const { promise, resolve } = Promise.withResolvers<TryOutcome>()
      tries.set(id, { onStep, answer: resolve })
      send({ type: 'try-account', id, account })
      return promise
    },
    /** Null if the server ends first. */
    findMailbox(address: string): Promise<Discovery | null> {
      const id = nextId++
      const { promise, resolve } = Promise.withResolvers<Discovery | null>()
      finds.set(id, resolve)
      send({ type: 'find-mailbox', id, address })
      return promise
    },
    /** Null if the server ends first. */
    readKnownAccounts(): Promise<readonly KnownAccount[] | null> {
      const id = nextId++
      const { promise, resolve } = Promise.withResolvers<readonly KnownAccount[] | null>()
      reads.set(id, resolve)
      send({ type: 'read-known-accounts', id })
      return promise
    },
    /** Resolves once each source has counted or failed, or the server has ended. */
    check(account: string | null): Promise<void> {
      const id = nextId++
      const { promise, resolve } = Promise.withResolvers<void>()
      checks.set(id, resolve)
      send({ type: 'check', id, account })
      return promise
    },
    /** The tries that are not answered yet. */
    get tries(): readonly number[] {
      return [...tries.keys()]
    },
    settle(event: Extract<WorkerEvent, { type: 'try-step' | 'tried' | 'found' | 'known-accounts' | 'checked' }>): void {
      switch (event.type) {
        case 'try-step':
          return tries.get(event.id)?.onStep(event.step)
        case 'tried':
          tries.get(event.id)?.answer(event.error ? { kind: 'rejected', ...event.error } : { kind: 'works' })
          return void tries.delete(event.id)
        case 'found':
          finds.get(event.id)?.(event.discovery)
          return void finds.delete(event.id)
        case 'known-accounts':
          reads.get(event.id)?.(event.accounts)
          return void reads.delete(event.id)
        case 'checked':
          checks.get(event.id)?.()
          return void checks.delete(event.id)
      }
    },
    /** The server has ended: answers all of them. */
    abort(): void {
      for (const { answer } of tries.values()) answer({ kind: 'unavailable' })
      for (const answer of finds.values()) answer(null)
      for (const answer of reads.values()) answer(null)
      for (const answer of checks.values()) answer()
      tries.clear()
      finds.clear()
      reads.clear()
      checks.clear()
    },
  }
}
