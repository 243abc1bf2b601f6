/** Notices, each shown until it is dismissed. */
import type { Notice } from '../../../common/protocol/window-state.ts'
import type { Words } from '../../../common/words/words.ts'
import { plain } from '../../../common/model/text.ts'
import { outcomeOf, useDesktop, useUi } from '../controls/context.ts'
import { Button, IconButton } from '../controls/Button.tsx'
import { CloseIcon, WarningIcon } from '../controls/icons.tsx'
import './Notices.css'

function noticeText(notice: Notice, words: Words): string {
  switch (notice.id) {
    case 'no-keyring':
      return words.t('noticeKeyring')
    case 'keyring-waits':
      return words.t('noticeKeyringWaits')
    case 'settings-corrupt':
      return words.t('noticeSettings', { file: plain(notice.backupPath) })
    case 'secrets-unreadable':
      return words.t('noticeSecrets', { count: notice.accounts.length, accounts: words.list(notice.accounts.map((id) => plain(id))) })
    case 'crashed':
      return words.t('noticeCrashed', { parts: words.list(notice.parts.map((part) => words.t(`crashed.${part}`))) })
    case 'no-tray':
      return words.t(notice.gnome ? 'noticeTrayGnome' : 'noticeTray')
    case 'shortcut-taken':
      return words.t('noticeShortcut', { shortcut: notice.shortcut })
    case 'server-down':
      return words.t('noticeServer', { detail: plain(notice.detail) })
  }
}

export function Notices({ notices, onSettings }: { readonly notices: readonly Notice[]; readonly onSettings: () => void }) {
  const { words } = useUi()
  const desktop = useDesktop()
  if (notices.length === 0) return null
  return (
    <section class="notices" aria-label={words.t('notices')}>
      {notices.map((notice) => (
        <div key={notice.id} class="notice panel">
          <WarningIcon />
          <div>
            <p>{noticeText(notice, words)}</p>
            {notice.id === 'no-keyring' && <KeyringChoice onSettings={onSettings} />}
          </div>
          <IconButton label={words.t('dismiss')} onClick={() => void outcomeOf(desktop.dismissNotice(notice.id))}>
            <CloseIcon />
          </IconButton>
        </div>
      ))}
    </section>
  )
}

/** Without a keyring: keep secrets in memory, or encrypt them with a passphrase. */
function KeyringChoice({ onSettings }: { readonly onSettings: () => void }) {
  const { words } = useUi()
  const { acceptMemoryStorage } = useDesktop()
  return (
    <div class="buttons">
      <Button text={words.t('passphraseSet')} onClick={onSettings} />
      <Button text={words.t('untilQuit')} onClick={() => void outcomeOf(acceptMemoryStorage())} />
    </div>
  )
}
