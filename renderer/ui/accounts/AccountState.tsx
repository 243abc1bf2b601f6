/** What there is to say about an account, on its line: an error, a notice, or else its folders. A press shows the whole of it. */
import { isLeftOut, isSameScope } from '../../../common/model/silence/scopes.ts'
import { folderName, plain } from '../../../common/model/text.ts'
import { isFresh } from '../../../common/model/totals.ts'
import type { Folder } from '../../../common/protocol/wire.ts'
import { folderChips } from '../../view/account-list.ts'
import { searchFor } from '../../view/search.ts'
import { useNames, useSignInAgain, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { Details } from '../layers/Details.tsx'
import { MutedIcon } from '../controls/icons.tsx'
import { MayBeOld } from '../controls/Times.tsx'
import { WarningText } from '../controls/WarningText.tsx'
import { type AccountProps, accountAbilities } from './account-props.ts'
import { RetryButton } from './RetryButton.tsx'

const MAX_FOLDERS = 6

interface AccountStateProps extends AccountProps {
  /** Empty if nothing is searched for. */
  readonly query: string
}

export function AccountState({ query, ...props }: AccountStateProps) {
  const { words } = useUi()
  const { account, server } = props
  const { status, unread } = account
  const notices = account.notices ?? []
  if (status === 'error') return <AccountError {...props} />
  if (notices.length > 0) return <ServerNotices {...props} notices={notices} />
  if (unread === null)
    return (
      <p class="account-state" title={words.t('notChecked')}>
        {words.t('notChecked')}
      </p>
    )
  // A lost connection is said once, above the accounts.
  if (status === 'stale' && server.link.phase === 'live') return <Outdated {...props} />
  if (!isFresh(server.link, account)) return <span class="account-state" />
  return <FolderChips {...props} query={query} />
}

const useName = ({ account, server }: AccountProps): string => useNames()(server.id, account.id)

function AccountError(props: AccountProps) {
  const { words } = useUi()
  const { error } = props.account
  const name = useName(props)
  const reason = words.t(`accountError.${error?.code ?? 'config'}`)
  return (
    <Details class="account-state account-error" label={words.t('detailsOf', { name })} line={<WarningText text={reason} />}>
      <p class="title">{reason}</p>
      {error?.message && (
        <p class="detail">
          <bdi>{plain(error.message)}</bdi>
        </p>
      )}
      <LastCheck {...props} />
      <Remedies {...props} />
    </Details>
  )
}

function Outdated(props: AccountProps) {
  const { words } = useUi()
  const { error } = props.account
  const name = useName(props)
  return (
    <Details class="account-state" label={words.t('detailsOf', { name })} line={<span>{words.t('mayBeOld')}</span>}>
      {error && <p class="title">{words.t(`accountError.${error.code}`)}</p>}
      <LastCheck {...props} />
      <Remedies {...props} />
    </Details>
  )
}

function LastCheck({ account: { unread, checkedAt } }: AccountProps) {
  if (unread === null) return null
  return (
    <p class="detail">
      <MayBeOld checkedAt={checkedAt} />
    </p>
  )
}

/** What the user can do about an error. */
function Remedies(props: AccountProps) {
  const { words } = useUi()
  const signInAgain = useSignInAgain()
  const name = useName(props)
  const { needsSignIn, canRetry } = accountAbilities(props)
  if (!needsSignIn && !canRetry) return null
  return (
    <div class="buttons">
      {needsSignIn && <Button text={words.t('signInAgain')} class="button primary" onClick={() => signInAgain(props.account.id)} />}
      {canRetry && <RetryButton account={props.account} name={name} hasText />}
    </div>
  )
}

/** Notices of the mail server for the user (RFC 9051, ALERT). */
function ServerNotices({ notices, ...props }: AccountProps & { readonly notices: readonly string[] }) {
  const { words } = useUi()
  const name = useName(props)
  const texts = notices.map((text) => words.t('serverNotice', { text: plain(text) }))
  return (
    <Details class="account-state server-notices" label={words.t('detailsOf', { name })} line={<WarningText text={texts[0]} />}>
      {texts.map((text) => (
        <p key={text}>
          <bdi>{text}</bdi>
        </p>
      ))}
    </Details>
  )
}

/** Those that have no room are not shown. */
function FolderChips({ account, server, state, query }: AccountStateProps) {
  const { words } = useUi()
  const has = searchFor(query)
  const chips = folderChips(account, query.trim() === '' ? null : (folder) => has(folderName(folder, words)))
  const isSingle = chips.length === 1 && chips[0]?.unread === account.unread
  const scopeOf = ({ path }: Folder) => ({ server: server.id, account: account.id, folder: path })
  const { muted, notCounted } = state.readerSettings
  return (
    <ul class="account-state folders">
      {chips.slice(0, MAX_FOLDERS).map((folder) => {
        const isMuted = muted.some(({ scope }) => isSameScope(scope, scopeOf(folder)))
        const name = folderName(folder, words)
        const text = isSingle ? name : words.t('folderUnread', { folder: name, count: folder.unread })
        const isDashed = isLeftOut(notCounted, scopeOf(folder))
        return (
          <li key={folder.path} class={isDashed ? 'chip dashed' : 'chip'} title={isDashed ? `${text} (${words.t('notIncluded')})` : text}>
            {isMuted && <MutedIcon />}
            <bdi>{text}</bdi>
            {isMuted && <span class="visually-hidden">{words.t('muted')}</span>}
            {isDashed && <span class="visually-hidden">{words.t('notIncluded')}</span>}
          </li>
        )
      })}
    </ul>
  )
}
