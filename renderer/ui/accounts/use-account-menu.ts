/** What can be done with an account and its folders, as a menu. */
import { canMarkRead } from '../../../common/model/accounts.ts'
import { isLeftOut } from '../../../common/model/silence/scopes.ts'
import { folderName } from '../../../common/model/text.ts'
import type { ReaderSettings, Scope } from '../../../common/protocol/settings.ts'
import type { MenuGroup, MenuItem } from '../../view/menu.ts'
import { pendingReadAll } from '../../view/pending-actions.ts'
import { withCounted } from '../../view/counted.ts'
import { useActionQueue, useSignInAgain, useUi } from '../controls/context.ts'
import { useDismissError, useToastedRequest } from '../layers/Toaster.tsx'
import { type AccountProps, accountAbilities } from './account-props.ts'
import { useMuteGroup } from './use-mute-group.ts'

/** Empty if nothing can be done. @param onRename opens the form */
export function useAccountMenu(props: AccountProps, onRename: () => void): readonly MenuGroup[] {
  const { account, server, state } = props
  const { words } = useUi()
  const signInAgain = useSignInAgain()
  const markRead = useMarkReadItem(props)
  const scopeGroups = useScopeGroups(state.readerSettings)
  const { isManaged } = accountAbilities(props)
  const whole: Scope = { server: server.id, account: account.id }
  const actions: MenuItem[] = [
    ...(markRead ? [markRead] : []),
    ...(isManaged
      ? ([
          { kind: 'action', id: 'rename', text: words.t('rename'), onSelect: onRename },
          { kind: 'action', id: 'sign-in', text: words.t('signInAgain'), onSelect: () => signInAgain(account.id) },
        ] as const)
      : []),
  ]
  const folders = account.folders ?? []
  const folderMenus: MenuItem[] = folders.map((folder) => ({
    kind: 'menu',
    id: `folder ${folder.path}`,
    text: folderName(folder, words),
    groups: scopeGroups({ ...whole, folder: folder.path }),
  }))
  const groups: readonly MenuGroup[] = [
    { items: actions },
    ...scopeGroups(whole),
    { items: folders.length > 1 ? [{ kind: 'menu', id: 'folders', text: words.t('folders'), groups: [{ items: folderMenus }] }] : [] },
  ]
  return groups.filter(({ items }) => items.length > 0)
}

function useMarkReadItem({ account, server }: AccountProps): MenuItem | null {
  const { words, bridge } = useUi()
  const actions = useActionQueue()
  const dismissError = useDismissError()
  if (!account.actions?.includes('read')) return null
  const at = { server: server.id, account: account.id }
  return {
    kind: 'action',
    id: 'read',
    text: words.t('markAllRead'),
    disabled: server.link.phase !== 'live' ? words.t('notConnected') : canMarkRead(account) ? null : words.t('allRead'),
    onSelect() {
      dismissError()
      actions.add(pendingReadAll(at, account.unread, () => bridge.markAllRead(at)))
    },
  }
}

/** Mutes a scope, and includes it in the number. */
function useScopeGroups({ muted, notCounted }: ReaderSettings): (scope: Scope) => readonly MenuGroup[] {
  const { words, bridge } = useUi()
  const muteGroup = useMuteGroup(muted)
  const request = useToastedRequest()
  return (scope) => {
    const { server, account, folder } = scope
    const counts = !isLeftOut(notCounted, scope)
    const isLeftOutWhole = folder !== undefined && isLeftOut(notCounted, { server, account })
    return [
      muteGroup(scope),
      {
        items: [
          {
            kind: 'checkbox',
            id: 'counts',
            text: words.t('includeInCount'),
            checked: counts,
            disabled: isLeftOutWhole ? words.t('accountNotIncluded') : null,
            onSelect: () => void request(bridge.updateReaderSettings({ notCounted: withCounted(notCounted, scope, !counts) })),
          },
        ],
      },
    ]
  }
}
