/** One account: its count, how far that can be trusted, and its folders where they are known. */
import type { ServerView } from '../../main/ipc.ts'
import type { Account, Folder, SourceErrorCode } from '../../server/protocol.ts'
import { plain, webAddress } from '../view/mails.ts'
import { searchFor } from '../view/search.ts'
import { isFresh } from '../view/summary.ts'
import type { WordKey } from '../words/keys.ts'
import type { Words } from '../words/words.ts'
import { useSurroundings } from './context.ts'
import { WarningIcon } from './icons.tsx'
import { MayBeOld } from './Times.tsx'
import { WebLink } from './WebLink.tsx'

const ERROR_WORDS = {
  auth: 'accountErrorAuth',
  network: 'accountErrorNetwork',
  rate: 'accountErrorRate',
  protocol: 'accountErrorProtocol',
  config: 'accountErrorConfig',
} as const satisfies Record<SourceErrorCode, WordKey>

const FOLDERS_SHOWN = 3

export const folderName = ({ role, path }: Pick<Folder, 'role' | 'path'>, words: Words): string =>
  role === 'inbox' ? words.t('inbox') : plain(path, 60)

interface AccountRowProps {
  readonly account: Account
  readonly server: ServerView
  /** What is searched for; empty where nothing is. */
  readonly query: string
}

export function AccountRow({ account, server: { link }, query }: AccountRowProps) {
  const { words } = useSurroundings()
  const name = plain(account.id)
  const fresh = isFresh(link, account)
  const old = account.unread !== null && !fresh
  return (
    <li class="account">
      <div class="account-words">
        <WebLink class="name" url={webAddress(account.url)} text={name} />
        <div class="account-state">
          {account.unread === null && account.status !== 'error' && <p>{words.t('notCounted')}</p>}
          {account.status === 'error' && <AccountTrouble account={account} />}
          {old && (
            <p>
              <MayBeOld checkedAt={account.checkedAt} />
            </p>
          )}
          {fresh && <Folders account={account} query={query} />}
          <ServerSays notices={account.notices ?? []} />
        </div>
      </div>
      <p class={`count ${old ? 'old' : account.unread ? 'some' : 'nothing'}`}>
        <span aria-hidden="true">{account.unread === null ? '–' : words.number(account.unread)}</span>
        {account.unread !== null && <span class="hidden-words">{words.t('unread', { count: account.unread })}</span>}
      </p>
    </li>
  )
}

function AccountTrouble({ account }: { readonly account: Account }) {
  const { words } = useSurroundings()
  const message = account.error ? plain(account.error.message) : ''
  return (
    <div class="account-trouble">
      <WarningIcon />
      <div>
        <p>{words.t(ERROR_WORDS[account.error?.code ?? 'config'])}</p>
        {message && (
          <p class="detail">
            <bdi>{message}</bdi>
          </p>
        )}
      </div>
    </div>
  )
}

/** What the mail server wants the person to be told (RFC 9051, ALERT). */
function ServerSays({ notices }: { readonly notices: readonly string[] }) {
  const { words } = useSurroundings()
  if (notices.length === 0) return null
  return (
    <div class="told">
      {notices.map((text) => (
        <p key={text}>
          <WarningIcon />
          <bdi>{words.t('serverSays', { text: plain(text) })}</bdi>
        </p>
      ))}
    </div>
  )
}

/** Always one line where folders are known, so that nothing moves when a count changes. */
function Folders({ account, query }: { readonly account: Account; readonly query: string }) {
  const { words } = useSurroundings()
  if (!account.folders || account.folders.length === 0) return account.unread === 0 ? <p>{words.t('allRead')}</p> : null
  const has = searchFor(query)
  const sought = query.trim() === '' ? [] : account.folders.filter((folder) => has(folderName(folder, words)))
  const unread = sought.length > 0 ? sought : account.folders.filter((folder) => folder.unread > 0)
  if (unread.length === 0) return <p>{words.t('allRead')}</p>
  const more = unread.length - FOLDERS_SHOWN
  return (
    <p class="folders">
      {unread.slice(0, FOLDERS_SHOWN).map((folder) => (
        <bdi key={folder.path}>{words.t('folderUnread', { folder: folderName(folder, words), count: folder.unread })}</bdi>
      ))}
      {more > 0 && <span>{words.t('moreFolders', { count: more })}</span>}
    </p>
  )
}
