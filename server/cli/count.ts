/** `mailbell count`: the number of unread mails, once. */
import type { Command } from 'commander'
import { createTransport } from '../../client/transport.ts'
import type { Account } from '../../common/protocol/wire.ts'
import { CommandError } from './command-error.ts'
import { addServerOptions, type ServerOptions, serverOf } from './server-choice.ts'

export function addCount(program: Command): void {
  addServerOptions(program.command('count').description('print the number of unread mails'))
    .option('--all', 'print a line per account: its number, a tab, its id')
    .addHelpText('after', '\nExits with 1 where the number cannot be had, or may be old.\n\nExample:\n  mailbell count || echo "not fresh"')
    .action(count)
}

async function count(options: ServerOptions & { readonly all?: true }): Promise<void> {
  const server = serverOf(options)
  const answer = await createTransport(server)({ tag: null, waitSeconds: 0, signal: new AbortController().signal })
  if (answer.kind === 'signed-out') throw new CommandError(`The server at ${server.url} does not take the token: ${answer.message}`)
  if (answer.kind === 'failed') throw new CommandError(`The server at ${server.url} gives no number: ${answer.problem.detail}`)
  const accounts = answer.kind === 'accounts' ? answer.accounts : []
  if (options.all) for (const { id, unread } of accounts) console.log(`${unread ?? '?'}\t${id}`)
  else console.log(accounts.reduce((sum, { unread }) => sum + (unread ?? 0), 0))
  const old = accounts.filter(({ status }) => status !== 'ok')
  if (old.length > 0) throw new CommandError(`Not fresh: ${old.map(reasonOf).join('; ')}`)
}

const reasonOf = ({ id, status, error }: Account): string => `${id} is ${status}${error ? ` (${error.message})` : ''}`
