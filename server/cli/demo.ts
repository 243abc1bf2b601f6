/** `mailbell deliver` and `mailbell read`: change the demo mailbox of this data directory. */
import { dataDirOf } from '../platform/data-dir.ts'
import { type DemoMessage, type DemoMailbox, openDemoMailbox } from '../demo/mailbox.ts'

export const deliver = (account: string, message: DemoMessage): void => withMailbox((mailbox) => mailbox.deliver(account, message))

export const read = (account: string): void => withMailbox((mailbox) => void mailbox.read(account))

function withMailbox(change: (mailbox: DemoMailbox) => void): void {
  const mailbox = openDemoMailbox(dataDirOf())
  try {
    change(mailbox)
  } finally {
    mailbox.close()
  }
}
