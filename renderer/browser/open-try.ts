/** The try of an account that this tab has started, in the tab's storage: after a reload, the page follows it again. */
import { z } from 'zod'
import { type AccountForm, StoredAccount, withoutSecret } from '../../common/protocol/account.ts'
import type { Immutable } from '../../common/protocol/immutable.ts'
import { jsonOf } from '../../common/text.ts'
import type { BrowserStore } from './stored.ts'

const OpenTry = z.object({ id: z.string(), again: z.boolean(), account: StoredAccount })
type OpenTry = Immutable<z.infer<typeof OpenTry>>

const NAME = 'open-try'

/** @param tab storage that ends with the tab */
export const createOpenTry = (tab: Pick<BrowserStore, 'read' | 'write'>) => ({
  /** Null if there is none. */
  read: (): OpenTry | null => OpenTry.safeParse(jsonOf(tab.read(NAME) ?? '')).data ?? null,
  write: (id: string, again: boolean, form: AccountForm): void =>
    tab.write(NAME, JSON.stringify({ id, again, account: withoutSecret(form) } satisfies OpenTry)),
  remove: (): void => tab.write(NAME, null),
})
