/** `mailbell deliver` and `mailbell read`: change the demo mailbox of this data directory. */
import { readable } from '../platform/text.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { type DemoMessage, type DemoMailbox, openDemoMailbox } from '../demo/mailbox.ts'
import { CommandError } from './command-error.ts'

type DeliverOptions = DemoMessage & { readonly create?: true }

export const deliver = (account: string, { create, ...message }: DeliverOptions): void =>
  withMailbox((mailbox) => {
    if (!create) requireAccount(mailbox, account, '; to create it, add --create')
    mailbox.deliver(account, message)
  })

export const read = (account: string): void =>
  withMailbox((mailbox) => {
    requireAccount(mailbox, account)
    mailbox.read(account)
  })

/** Names in an error. */
const MAX_NAMES = 10

/** @throws CommandError that names the accounts */
function requireAccount(mailbox: DemoMailbox, account: string, advice = ''): void {
  const accounts = mailbox.accounts()
  if (accounts.includes(account)) return
  const names = accounts.slice(0, MAX_NAMES).map(readable).join(', ')
  const more = accounts.length > MAX_NAMES ? ` and ${accounts.length - MAX_NAMES} more` : ''
  throw new CommandError(`The demo mailbox has no account ${JSON.stringify(account)}, only ${names}${more}${advice}.`)
}

function withMailbox(change: (mailbox: DemoMailbox) => void): void {
  const mailbox = openDemoMailbox(dataDirOf())
  try {
    change(mailbox)
  } finally {
    mailbox.close()
  }
}
