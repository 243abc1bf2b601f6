/** `mailbell deliver` and `mailbell read`: change the demo mailbox of this data directory. */
import type { Command } from 'commander'
import { dataDirOf } from '../platform/data-dir.ts'
import { type DemoMessage, type DemoMailbox, openDemoMailbox } from '../demo/mailbox.ts'

export function addDemo(program: Command): void {
  program
    .command('deliver')
    .description('deliver an unread email to the demo mailbox')
    .argument('<account>', 'the recipient; its first email creates an account')
    .option('--from <sender>', 'the sender')
    .option('--subject <subject>', 'the subject')
    .addHelpText('after', '\nExample:\n  mailbell deliver demo --from "Kim <kim@example.org>" --subject "Lunch?"')
    .action((account: string, message: DemoMessage) => withMailbox((mailbox) => mailbox.deliver(account, message)))
  program
    .command('read')
    .description("mark an account's emails in the demo mailbox as read")
    .argument('<account>', 'the account')
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
