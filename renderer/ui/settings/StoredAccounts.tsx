/** The accounts and servers that this app stores, each with a button to remove it, and an account with one to rename it. */
import { useRef, useState } from 'preact/hooks'
import type { ManageView, ServerView, WindowState } from '../../../common/protocol/window-state.ts'
import { plain } from '../../../common/model/text.ts'
import { Breakable } from '../controls/Breakable.tsx'
import { RenameAccount } from '../accounts/RenameAccount.tsx'
import { Button } from '../controls/Button.tsx'
import { Confirm } from '../controls/Confirm.tsx'
import { useNames, useUi } from '../controls/context.ts'

interface StoredAccountsProps extends Pick<WindowState, 'servers'> {
  readonly manage: ManageView
}

export function StoredAccounts({ manage: { accounts, file }, servers }: StoredAccountsProps) {
  const { words, bridge } = useUi()
  const local = servers.find(({ kind }) => kind === 'local')
  const remotes = servers.filter(({ kind }) => kind === 'remote')
  if (accounts.length + remotes.length === 0) return null
  return (
    <section class="stored-accounts" aria-labelledby="stored-accounts">
      <div class="section-head">
        <h2 id="stored-accounts">{words.t('accountsAndServers')}</h2>
      </div>
      <ul class="accounts panel">
        {accounts.map((account) => (
          <StoredAccount key={`account ${account}`} id={account} server={local} file={file} />
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

interface StoredAccountProps extends Pick<ManageView, 'file'> {
  readonly id: string
  readonly server: ServerView | undefined
}

/** What it is called is known once its server has answered. */
function StoredAccount({ id, server, file }: StoredAccountProps) {
  const { words, bridge } = useUi()
  const name = useNames()(server?.id ?? '', id)
  const opener = useRef<HTMLButtonElement>(null)
  const [isRenaming, setRenaming] = useState(false)
  const known = server?.accounts?.find((account) => account.id === id)
  return (
    <li class="account">
      <span class="stored-name">
        <Breakable text={name} />
        {!name.includes(plain(id)) && <bdi class="help">{plain(id)}</bdi>}
      </span>
      {known && (
        <Button
          text={words.t('rename')}
          class="text-button quiet"
          label={words.t('renameTo', { account: name })}
          buttonRef={opener}
          aria-haspopup="dialog"
          aria-expanded={isRenaming}
          onClick={() => setRenaming(!isRenaming)}
        />
      )}
      {known && isRenaming && <RenameAccount account={known} opener={opener} onClose={() => setRenaming(false)} />}
      <Confirm
        label={words.t('removeName', { name })}
        action={words.t('remove')}
        question={words.t(file === null ? 'removeQuestion' : 'removeQuestionServer')}
        run={() => bridge.removeAccount(id)}
      />
    </li>
  )
}
