/** `mailbell deliver` and `mailbell read`: change the demo mailbox of this data directory. */
import type { Command } from 'commander'
import { dataDirOf } from '../platform/data-dir.ts'
import { type DemoMessage, type DemoMailbox, openDemoMailbox } from '../demo/mailbox.ts'

export function addDemo(program: Command): void {
  program
    .command('deliver')
    .description('put an unread mail into the demo mailbox')
    .argument('<account>', 'whose mail it is; a new account comes into being by its first mail')
    .option('--from <sender>', 'the sender')
    .option('--subject <subject>', 'the subject')
    .addHelpText('after', '\nExample:\n  mailbell deliver demo --from "Kim <kim@example.org>" --subject "Lunch?"')
    .action((account: string, mail: DemoMessage) => withMailbox((mailbox) => mailbox.deliver(account, mail)))
  program
    .command('read')
    .description('mark the mails of an account of the demo mailbox as read')
    .argument('<account>', 'whose mail it is')
    .action((account: string) => withMailbox((mailbox) => void mailbox.read(account)))
}

function withMailbox(change: (mailbox: DemoMailbox) => void): void {
  const mailbox = openDemoMailbox(dataDirOf())
  try {
    change(mailbox)
  } finally {
    mailbox.close()
  }
}
