/** What there is to say about an account: errors, how old its count is, its folders, what is muted or not counted, and notices. */
import { muteOf } from '../../../common/model/mutes.ts'
import { isLeftOut } from '../../../common/model/scopes.ts'
import { folderName, plain } from '../../../common/model/text.ts'
import { isFresh } from '../../../common/model/totals.ts'
import type { ReaderSettings } from '../../../common/protocol/settings.ts'
import type { ServerView, WindowState } from '../../../common/protocol/window-state.ts'
import type { Account, Folder } from '../../../common/protocol/wire.ts'
import { searchFor } from '../../view/search.ts'
import { useUi } from '../controls/context.ts'
import { MutedIcon, WarningIcon } from '../controls/icons.tsx'
import { MayBeOld } from '../controls/Times.tsx'
import { MuteText } from './Muted.tsx'

const MAX_FOLDERS = 3

export interface AccountProps {
  readonly account: Account
  readonly server: ServerView
  readonly state: WindowState
  /** Empty if nothing is searched for. */
  readonly query: string
}

export function AccountState({ account, server, state, query }: AccountProps) {
  const { words } = useUi()
  const { status, error, unread } = account
  const fresh = isFresh(server.link, account)
  return (
    <div class="account-state">
      {unread === null && status !== 'error' && <p>{words.t('notChecked')}</p>}
      {status === 'error' && <AccountError error={error} />}
      {unread !== null && !fresh && (
        <p>
          <MayBeOld checkedAt={account.checkedAt} />
        </p>
      )}
      {status === 'stale' && error && <p>{words.t(`accountError.${error.code}`)}</p>}
      {fresh && <FolderCounts account={account} query={query} />}
      <MutedAndNotCounted account={account} server={server} settings={state.readerSettings} />
      <ServerNotices notices={account.notices ?? []} />
    </div>
  )
}

function AccountError({ error }: Pick<Account, 'error'>) {
  const { words } = useUi()
  const message = error ? plain(error.message) : ''
  return (
    <div class="account-error">
      <WarningIcon />
      <div>
        <p>{words.t(`accountError.${error?.code ?? 'config'}`)}</p>
        {message && (
          <p class="detail">
            <bdi>{message}</bdi>
          </p>
        )}
      </div>
    </div>
  )
}

/** Always one line if folders are known, so that nothing moves when a count changes. */
function FolderCounts({ account: { folders = [], unread }, query }: Pick<AccountProps, 'account' | 'query'>) {
  const { words } = useUi()
  if (folders.length === 0) return unread === 0 ? <p>{words.t('allRead')}</p> : null
  const has = searchFor(query)
  const found = query.trim() === '' ? [] : folders.filter((folder) => has(folderName(folder, words)))
  const listed = found.length > 0 ? found : folders.filter((folder) => folder.unread > 0)
  if (listed.length === 0) return <p>{words.t('allRead')}</p>
  const more = listed.length - MAX_FOLDERS
  return (
    <p class="folders">
      {listed.slice(0, MAX_FOLDERS).map((folder) => (
        <bdi key={folder.path}>{words.t('folderUnread', { folder: folderName(folder, words), count: folder.unread })}</bdi>
      ))}
      {more > 0 && <span>{words.t('moreFolders', { count: more })}</span>}
    </p>
  )
}

interface MutedAndNotCountedProps extends Pick<AccountProps, 'account' | 'server'> {
  readonly settings: ReaderSettings
}

function MutedAndNotCounted({ account: { id, folders = [] }, server, settings }: MutedAndNotCountedProps) {
  const { words } = useUi()
  const scope = { server: server.id, account: id }
  const mute = muteOf(settings.muted, scope)
  const mutedFolders = folders.filter(({ path }) =>
    settings.muted.some((one) => one.scope?.folder === path && muteOf([one], { ...scope, folder: path })),
  )
  const leftOut = isLeftOut(settings.notCounted, scope)
  const foldersLeftOut = leftOut ? [] : folders.filter(({ path }) => isLeftOut(settings.notCounted, { ...scope, folder: path }))
  const namesOf = (some: readonly Folder[]): string => words.list(some.slice(0, MAX_FOLDERS).map((folder) => folderName(folder, words)))
  return (
    <>
      {(mute?.scope || mutedFolders.length > 0) && (
        <p class="muted-text">
          <MutedIcon />
          <bdi>{mute?.scope ? <MuteText mute={mute} of={scope} /> : words.t('mutedFolders', { folders: namesOf(mutedFolders) })}</bdi>
        </p>
      )}
      {leftOut && <p>{words.t('notIncluded')}</p>}
      {foldersLeftOut.length > 0 && (
        <p>
          <bdi>{words.t('foldersNotIncluded', { folders: namesOf(foldersLeftOut) })}</bdi>
        </p>
      )}
    </>
  )
}

/** Notices of the mail server for the user (RFC 9051, ALERT). */
function ServerNotices({ notices }: { readonly notices: readonly string[] }) {
  const { words } = useUi()
  if (notices.length === 0) return null
  return (
    <div class="server-notices">
      {notices.map((text) => (
        <p key={text}>
          <WarningIcon />
          <bdi>{words.t('serverNotice', { text: plain(text) })}</bdi>
        </p>
      ))}
    </div>
  )
}
