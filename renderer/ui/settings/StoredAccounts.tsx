/** The accounts and servers that this app stores, each with a button to remove it. */
import type { DesktopState, WindowState } from '../../../common/protocol/window-state.ts'
import { plain } from '../../../common/model/text.ts'
import { Confirm } from '../controls/Confirm.tsx'
import { useDesktop, useUi } from '../controls/context.ts'

export function StoredAccounts({ managedAccounts, servers }: Pick<DesktopState, 'managedAccounts'> & Pick<WindowState, 'servers'>) {
  const { words, bridge } = useUi()
  const { removeAccount } = useDesktop()
  const remotes = servers.filter(({ kind }) => kind === 'remote')
  if (managedAccounts.length + remotes.length === 0) return null
  return (
    <section class="stored-accounts" aria-labelledby="stored-accounts">
      <div class="section-head">
        <h2 id="stored-accounts">{words.t('accountsAndServers')}</h2>
      </div>
      <ul class="accounts panel">
        {managedAccounts.map((account) => (
          <li key={`account ${account}`} class="account">
            <bdi>{plain(account)}</bdi>
            <Confirm
              label={words.t('removeName', { name: plain(account) })}
              action={words.t('remove')}
              question={words.t('removeQuestion')}
              run={() => removeAccount(account)}
            />
          </li>
        ))}
        {remotes.map(({ id, label }) => (
          <li key={`server ${id}`} class="account">
            <bdi>{plain(label ?? id)}</bdi>
            <Confirm
              label={words.t('disconnectServer', { server: plain(label ?? id) })}
              action={words.t('disconnect')}
              question={words.t('disconnectQuestion')}
              run={() => bridge.disconnectServer(id)}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
