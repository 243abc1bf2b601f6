/** What people call an account: its label, or else its id. Where two have one name, each is shown with its id. */
import type { Account } from '../protocol/wire.ts'
import { plain } from './text.ts'

/** The name of an account, by the ids of its server and of itself; the id of one that is not known. */
export type NameOf = (server: string, account: string) => string

interface NamedAccounts {
  /** The id of the server, unique among the servers. */
  readonly id: string
  readonly accounts: readonly Pick<Account, 'id' | 'label'>[] | null
}

/** A label that shows nothing, such as one of zero-width characters, is none. */
const hasInk = (text: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text)

function labelOrId({ id, label = '' }: Pick<Account, 'id' | 'label'>): string {
  const name = plain(label)
  return hasInk(name) ? name : plain(id)
}

export function namesOf(servers: readonly NamedAccounts[]): NameOf {
  const all = servers.flatMap((server) => (server.accounts ?? []).map((account) => ({ server, account })))
  const labelled = new Map(
    all.filter(({ account }) => account.label !== undefined).map(({ server, account }) => [keyOf(server.id, account.id), account]),
  )
  const times = new Map<string, number>()
  if (labelled.size > 0) for (const { account } of all) times.set(labelOrId(account), (times.get(labelOrId(account)) ?? 0) + 1)
  return (server, id) => {
    const account = labelled.get(keyOf(server, id))
    const name = labelOrId(account ?? { id })
    return (times.get(name) ?? 0) > 1 && name !== plain(id) ? `${name} (${plain(id)})` : name
  }
}

/** For a place of few characters: as `namesOf`, an address without its domain unless another account then has the same name. */
export function shortNamesOf(servers: readonly NamedAccounts[], nameOf: NameOf): NameOf {
  const shortOf = (server: string, id: string): string => nameOf(server, id).replace(/(?<=[^@\s(])@[^@\s()]+(?=\)?$)/u, '')
  const times = new Map<string, number>()
  for (const { id: server, accounts } of servers) {
    for (const account of accounts ?? []) {
      const short = shortOf(server, account.id)
      times.set(short, (times.get(short) ?? 0) + 1)
    }
  }
  return (server, id) => {
    const short = shortOf(server, id)
    return (times.get(short) ?? 0) > 1 ? nameOf(server, id) : short
  }
}

const keyOf = (server: string, account: string): string => JSON.stringify([server, account])
