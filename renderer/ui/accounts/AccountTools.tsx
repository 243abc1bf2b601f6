/** The order of the accounts, and whether those without unread messages are shown. */
import type { AccountListSettings } from '../../view/account-list.ts'
import { useUi } from '../controls/context.ts'
import { SortIcon } from '../controls/icons.tsx'
import { MenuButton } from '../layers/Menu.tsx'
import { useToastedRequest } from '../layers/Toaster.tsx'

const ORDERS = { name: 'orderName', unread: 'orderUnread' } as const

export function AccountTools({ settings: { accountOrder, accountFilter } }: { readonly settings: AccountListSettings }) {
  const { words, bridge } = useUi()
  const request = useToastedRequest()
  const save = (change: Partial<AccountListSettings>): void => void request(bridge.updateSharedSettings(change))
  return (
    <MenuButton
      small
      label={words.t('accountsOrder')}
      icon={<SortIcon />}
      groups={[
        {
          label: words.t('order'),
          items: (['name', 'unread'] as const).map((order) => ({
            kind: 'radio',
            id: order,
            text: words.t(ORDERS[order]),
            checked: accountOrder === order,
            onSelect: () => save({ accountOrder: order }),
          })),
        },
        {
          items: [
            {
              kind: 'checkbox',
              id: 'filter',
              text: words.t('unreadOnly'),
              checked: accountFilter === 'unread',
              onSelect: () => save({ accountFilter: accountFilter === 'unread' ? 'all' : 'unread' }),
            },
          ],
        },
      ]}
    />
  )
}
