/** `mailbell count`: the number of unread messages, once. */
import { createTransport } from '../../client/transport.ts'
import { namesOf } from '../../common/model/account-names.ts'
import type { Account } from '../../common/protocol/wire.ts'
import { withoutControls } from '../../common/text.ts'
import { CommandError } from './command-error.ts'
import { type ServerOptions, serverOf } from './server-choice.ts'

export async function count(options: ServerOptions & { readonly all?: true }): Promise<void> {
  const server = serverOf(options)
  const result = await createTransport(server)({ tag: null, waitSeconds: 0, signal: new AbortController().signal })
  if (result.kind === 'signed-out')
    throw new CommandError(`The server at ${server.url} does not accept the token: ${result.problem.detail}`)
  if (result.kind === 'failed') throw new CommandError(`The server at ${server.url} returned no count: ${result.problem.detail}`)
  const accounts = result.kind === 'accounts' ? result.accounts : []
  if (options.all) for (const account of accounts) console.log(lineOf(account))
  else console.log(accounts.reduce((sum, { unread }) => sum + (unread ?? 0), 0))
  const outdated = accounts.filter(({ status }) => status !== 'ok')
  if (outdated.length > 0) throw new CommandError(outdatedLines(outdated, accounts).join('\n'))
}

/** For programs too: the id comes before the label, which is missing where the account has none. */
const lineOf = ({ id, unread, label }: Account): string =>
  [`${unread ?? '?'}`, id, ...(label ? [label] : [])].map(withoutControls).join('\t')

/** Accounts that are named. */
const MAX_NAMED = 10

function outdatedLines(outdated: readonly Account[], all: readonly Account[]): readonly string[] {
  const nameOf = namesOf([{ id: '', accounts: all }])
  /** Why an account is out of date, on one line. */
  const reasonOf = ({ id, status, error }: Account): string =>
    withoutControls(`${nameOf('', id)} is ${status}${error ? ` (${error.message})` : ''}`)
  const [first] = outdated
  if (first && outdated.length === 1) return [`Out of date: ${reasonOf(first)}`]
  const more = outdated.length - MAX_NAMED
  return [
    `Out of date: ${outdated.length} of ${all.length} accounts`,
    ...outdated.slice(0, MAX_NAMED).map((account) => `  ${reasonOf(account)}`),
    ...(more > 0 ? [`  ${more} more; \`mailbell status\` lists them`] : []),
  ]
}
