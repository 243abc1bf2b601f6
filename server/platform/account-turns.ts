/** Accounts of others are checked in turns of the event loop, however many messages and folders each names. */
import { createTurnLimit } from './turns.ts'

/** Messages, folders and, several times as slow, accounts: some milliseconds. */
const ITEMS_PER_TURN = 1_000
const ACCOUNT_ITEMS = 5
/** Characters of a list that is JSON text. */
const ITEM_LENGTH = 100

/** Returns what gives a promise where a new turn is due before this account is checked, whatever it is, and null otherwise. */
export function createAccountTurns(): (account: unknown) => Promise<unknown> | null {
  const turnLimit = createTurnLimit(ITEMS_PER_TURN)
  return (account) => turnLimit(ACCOUNT_ITEMS + itemsIn(account, 'latest') + itemsIn(account, 'folders'))
}

function itemsIn(account: unknown, key: string): number {
  const list: unknown = typeof account === 'object' && account !== null ? Reflect.get(account, key) : undefined
  return Array.isArray(list) ? list.length : typeof list === 'string' ? list.length / ITEM_LENGTH : 0
}
