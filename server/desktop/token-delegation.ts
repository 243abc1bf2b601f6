/** Has main store the OAuth tokens: this process writes no secret to the disk. */
import type { WorkerEvent } from '../../common/protocol/worker.ts'
import { createDelegatedTokens } from '../auth/oauth/delegated-tokens.ts'
import { OAuthError } from '../auth/oauth/errors.ts'

export function createTokenDelegation(emit: (event: WorkerEvent) => void) {
  const pending = new Map<number, (stored: boolean) => void>()
  let nextRequest = 0
  return {
    tokens: createDelegatedTokens(async ({ account, clientId }, tokens) => {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const request = nextRequest++
      pending.set(request, resolve)
      emit({ type: 'store-tokens', request, given: { account, clientId, tokens } })
      if (!(await promise)) throw new OAuthError('config', `The access to ${account} could not be stored; see the log of the app.`)
    }),
    /** Main has answered a `store-tokens`. */
    settle(request: number, stored: boolean): void {
      pending.get(request)?.(stored)
      pending.delete(request)
    },
  }
}
