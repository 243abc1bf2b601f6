/** The accounts in an answer. A newer server may use names that this version does not know: those cost their own place alone. */
import { z } from 'zod'
import { Account, AccountError, AccountStatus, Folder, FolderRole, MessageAction, SourceErrorCode } from '../common/protocol/wire.ts'
import { jsonOf } from '../common/text.ts'

const Accounts = z.object({
  accounts: z.array(
    Account.extend({
      // Of a number whose status is not known, nothing says that it is current.
      status: AccountStatus.catch('stale'),
      error: AccountError.extend({ code: SourceErrorCode.catch('protocol') }).optional(),
      folders: z.array(Folder.extend({ role: FolderRole.optional().catch(undefined) })).optional(),
      actions: z.array(MessageAction.nullable().catch(null)).optional(),
    }).transform(({ actions, ...account }): Account => {
      const known = actions?.filter((action) => action !== null)
      return { ...account, ...(known && { actions: known }) }
    }),
  ),
})

/** Null for what is no answer of Mailbell. */
export const readAccounts = (text: string): readonly Account[] | null => Accounts.safeParse(jsonOf(text)).data?.accounts ?? null
