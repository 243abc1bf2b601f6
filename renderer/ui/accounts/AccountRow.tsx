/** One account: its count, how far that can be trusted, its folders where they are known, and what can be done with it. */
import { useContext, useId, useRef, useState } from 'preact/hooks'
import type { DesktopState, ServerView } from '../../../common/protocol/window-state.ts'
import type { Account, SourceErrorCode } from '../../../common/protocol/wire.ts'
import { plain } from '../../../common/model/text.ts'
import { webAddress } from '../../view/messages.ts'
import { canMarkRead } from '../../../common/model/mark-read.ts'
import { muteOf } from '../../../common/model/mutes.ts'
import { isLeftOut } from '../../../common/model/scopes.ts'
import { searchFor } from '../../view/search.ts'
import { isFresh } from '../../../common/model/totals.ts'
import type { WordKey } from '../../../common/words/words.ts'
import { SignInAgain } from './UnavailableRow.tsx'
import { AccountMenu } from './AccountMenu.tsx'
import { useUi } from '../context.ts'
import { folderName } from './folder-name.ts'
import { MoreIcon, MutedIcon, WarningIcon } from '../controls/icons.tsx'
import { MutedWords } from './Muted.tsx'
import { MayBeOld } from '../controls/Times.tsx'
import { WebLink } from '../controls/WebLink.tsx'
import './AccountRow.css'

const ERROR_WORDS = {
  auth: 'accountErrorAuth',
  network: 'accountErrorNetwork',
  rate: 'accountErrorRate',
  protocol: 'accountErrorProtocol',
  config: 'accountErrorConfig',
} as const satisfies Record<SourceErrorCode, WordKey>

const FOLDERS_SHOWN = 3

interface AccountRowProps {
  readonly account: Account
  readonly server: ServerView
  readonly desktop: DesktopState | null
  /** What is searched for; empty where nothing is. */
  readonly query: string
}

export function AccountRow({ account, server, desktop, query }: AccountRowProps) {
  const { words } = useUi()
  const signInAgain = useContext(SignInAgain)
  const [open, setOpen] = useState(false)
  const menu = useId()
  const opener = useRef<HTMLButtonElement>(null)
  const name = plain(account.id)
  const fresh = isFresh(server.link, account)
  const old = account.unread !== null && !fresh
  const isManaged = server.kind === 'local' && desktop?.managedAccounts.includes(account.id) === true
  const code = account.status === 'error' ? account.error?.code : undefined
  const needsSignIn = isManaged && (code === 'auth' || code === 'config')
  const signIn = (): void => signInAgain(account.id)
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
          {account.status === 'stale' && account.error && <p>{words.t(ERROR_WORDS[account.error.code])}</p>}
          {fresh && <Folders account={account} query={query} />}
          {desktop && <Chosen account={account} server={server} desktop={desktop} />}
          <ServerSays notices={account.notices ?? []} />
        </div>
        {needsSignIn && (
          <button type="button" class="button" aria-label={words.t('signInAgainTo', { account: name })} onClick={signIn}>
            {words.t('signInAgain')}
          </button>
        )}
      </div>
      <p class={`count ${old ? 'old' : account.unread ? 'some' : 'nothing'}`}>
        <span aria-hidden="true">{account.unread === null ? '–' : words.number(account.unread)}</span>
        {account.unread !== null && <span class="hidden-words">{words.t('unread', { count: account.unread })}</span>}
      </p>
      {(desktop || canMarkRead(account)) && (
        <button
          type="button"
          class="tool small"
          ref={opener}
          aria-label={words.t('moreFor', { account: name })}
          title={words.t('moreFor', { account: name })}
          aria-expanded={open}
          aria-controls={menu}
          onClick={() => setOpen(!open)}
        >
          <MoreIcon />
        </button>
      )}
      <div
        id={menu}
        hidden={!open}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          setOpen(false)
          opener.current?.focus()
        }}
      >
        {open && <AccountMenu account={account} server={server} desktop={desktop} onSignIn={isManaged && !needsSignIn ? signIn : null} />}
      </div>
    </li>
  )
}

/** What the person has chosen for it: it is muted, or does not count. */
function Chosen({
  account,
  server,
  desktop: { settings },
}: {
  readonly account: Account
  readonly server: ServerView
  readonly desktop: DesktopState
}) {
  const { words } = useUi()
  const scope = { server: server.id, account: account.id }
  const mute = muteOf(settings.muted, scope)
  const folders = account.folders ?? []
  const mutedFolders = folders.filter(({ path }) =>
    settings.muted.some((one) => one.scope?.folder === path && muteOf([one], { ...scope, folder: path })),
  )
  const leftOut = isLeftOut(settings.notCounted, scope)
  const foldersOut = leftOut ? [] : folders.filter(({ path }) => isLeftOut(settings.notCounted, { ...scope, folder: path }))
  const names = (some: typeof folders): string => words.list(some.slice(0, FOLDERS_SHOWN).map((folder) => folderName(folder, words)))
  return (
    <>
      {mute?.scope ? (
        <p class="muted-words">
          <MutedIcon />
          <span>
            <MutedWords mute={mute} of={scope} />
          </span>
        </p>
      ) : (
        mutedFolders.length > 0 && (
          <p class="muted-words">
            <MutedIcon />
            <bdi>{words.t('mutedFolders', { folders: names(mutedFolders) })}</bdi>
          </p>
        )
      )}
      {leftOut && <p>{words.t('notIncluded')}</p>}
      {foldersOut.length > 0 && (
        <p>
          <bdi>{words.t('foldersNotIncluded', { folders: names(foldersOut) })}</bdi>
        </p>
      )}
    </>
  )
}

function AccountTrouble({ account }: { readonly account: Account }) {
  const { words } = useUi()
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
  const { words } = useUi()
  if (notices.length === 0) return null
  return (
    <div class="told">
      {notices.map((text) => (
        <p key={text}>
          <WarningIcon />
          <bdi>{words.t('serverNotice', { text: plain(text) })}</bdi>
        </p>
      ))}
    </div>
  )
}

/** Always one line where folders are known, so that nothing moves when a count changes. */
function Folders({ account, query }: { readonly account: Account; readonly query: string }) {
  const { words } = useUi()
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
