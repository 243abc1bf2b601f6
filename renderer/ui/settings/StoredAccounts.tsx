/** The accounts and servers that this app stores, each with a button to remove it. */
import type { ManageView, WindowState } from '../../../common/protocol/window-state.ts'
import { plain } from '../../../common/model/text.ts'
import { Breakable } from '../controls/Breakable.tsx'
import { Confirm } from '../controls/Confirm.tsx'
import { useUi } from '../controls/context.ts'

interface StoredAccountsProps extends Pick<WindowState, 'servers'> {
  readonly manage: ManageView
}

export function StoredAccounts({ manage: { accounts, file }, servers }: StoredAccountsProps) {
  const { words, bridge } = useUi()
  const remotes = servers.filter(({ kind }) => kind === 'remote')
  if (accounts.length + remotes.length === 0) return null
  return (
    <section class="stored-accounts" aria-labelledby="stored-accounts">
      <div class="section-head">
        <h2 id="stored-accounts">{words.t('accountsAndServers')}</h2>
      </div>
      <ul class="accounts panel">
        {accounts.map((account) => (
          <li key={`account ${account}`} class="account">
            <Breakable text={plain(account)} />
            <Confirm
              label={words.t('removeName', { name: plain(account) })}
              action={words.t('remove')}
              question={words.t(file === null ? 'removeQuestion' : 'removeQuestionServer')}
              run={() => bridge.removeAccount(account)}
            />
          </li>
        ))}
        {remotes.map(({ id, label }) => (
          <li key={`server ${id}`} class="account">
            <Breakable text={plain(label ?? id)} />
            <Confirm
              label={words.t('disconnectServer', { server: plain(label ?? id) })}
              action={words.t('disconnect')}
              question={words.t('disconnectQuestion')}
              run={() => bridge.disconnectServer(id)}
            />
          </li>
        ))}
      </ul>
      {file !== null && <p class="help">{words.t('accountsFile', { file: plain(file) })}</p>}
    </section>
  )
}
