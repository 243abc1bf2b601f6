/** One account: its count, how far that can be trusted, and its folders where they are known. */
import type { LinkState } from '../../client/poll-loop.ts'
import type { Account, SourceErrorCode } from '../../server/protocol.ts'
import { plain, webAddress } from '../view/mails.ts'
import { isFresh } from '../view/summary.ts'
import type { WordKey } from '../words/keys.ts'
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

export function AccountRow({ account, link }: { readonly account: Account; readonly link: LinkState }) {
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
          {fresh && <Folders account={account} />}
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
function Folders({ account }: { readonly account: Account }) {
  const { words } = useSurroundings()
  if (!account.folders || account.folders.length === 0) return account.unread === 0 ? <p>{words.t('allRead')}</p> : null
  const unread = account.folders.filter((folder) => folder.unread > 0)
  if (unread.length === 0) return <p>{words.t('allRead')}</p>
  const more = unread.length - FOLDERS_SHOWN
  return (
    <p class="folders">
      {unread.slice(0, FOLDERS_SHOWN).map((folder) => (
        <bdi key={folder.path}>
          {words.t('folderUnread', { folder: folder.role === 'inbox' ? words.t('inbox') : plain(folder.path, 60), count: folder.unread })}
        </bdi>
      ))}
      {more > 0 && <span>{words.t('moreFolders', { count: more })}</span>}
    </p>
  )
}
