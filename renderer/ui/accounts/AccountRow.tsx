/** One account on a line: its name, what there is to say about it, its number, and a menu. The number never moves. */
import { useRef, useState } from 'preact/hooks'
import { muteOf } from '../../../common/model/silence/mutes.ts'
import { isLeftOut } from '../../../common/model/silence/scopes.ts'
import { plain } from '../../../common/model/text.ts'
import { isFresh } from '../../../common/model/totals.ts'
import { webAddress } from '../../view/messages.ts'
import { useNames, useSignInAgain, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { MoreIcon, MutedIcon } from '../controls/icons.tsx'
import { MenuButton } from '../layers/Menu.tsx'
import { WebLink } from '../controls/WebLink.tsx'
import { type AccountProps, accountAbilities } from './account-props.ts'
import { AccountState } from './AccountState.tsx'
import { muteText } from '../../view/mute-text.ts'
import { RenameAccount } from './RenameAccount.tsx'
import { RetryButton } from './RetryButton.tsx'
import { useAccountMenu } from './use-account-menu.ts'
import './AccountRow.css'

/** Numbers below it have their place, which nothing moves. */
const ROOM = 100_000

interface AccountRowProps extends AccountProps {
  /** Empty if nothing is searched for. */
  readonly query: string
}

export function AccountRow({ account, server, state, query }: AccountRowProps) {
  const { words } = useUi()
  const [isRenaming, setRenaming] = useState(false)
  const more = useRef<HTMLButtonElement>(null)
  const menu = useAccountMenu({ account, server, state }, () => setRenaming(true))
  const signInAgain = useSignInAgain()
  const { needsSignIn, canRetry } = accountAbilities({ account, server, state })
  const name = useNames()(server.id, account.id)
  return (
    <li class="account">
      <WebLink class="name" title={plain(account.id)} url={webAddress(account.url)} text={name} />
      <Marks account={account} server={server} state={state} />
      <AccountState account={account} server={server} state={state} query={query} />
      {needsSignIn ? (
        <Button
          text={words.t('signIn')}
          class="text-button"
          label={words.t('signInAgainTo', { account: name })}
          onClick={() => signInAgain(account.id)}
        />
      ) : (
        canRetry && <RetryButton account={account} name={name} />
      )}
      <Count account={account} isOld={account.unread !== null && !isFresh(server.link, account)} />
      <span class="menu-place">
        {menu.length > 0 && (
          <MenuButton small label={words.t('moreFor', { account: name })} icon={<MoreIcon />} groups={menu} opener={more} />
        )}
        {isRenaming && <RenameAccount account={account} opener={more} onClose={() => setRenaming(false)} />}
      </span>
    </li>
  )
}

function Count({ account: { unread, checkedAt }, isOld }: Pick<AccountProps, 'account'> & { readonly isOld: boolean }) {
  const { words } = useUi()
  const age = !isOld
    ? undefined
    : checkedAt === null
      ? words.t('mayBeOld')
      : words.t('mayBeOldSince', { when: words.moment(Date.parse(checkedAt), Date.now()) })
  return (
    // A new element for each number, since one that grows to the left would count as a layout shift.
    <p key={unread} class={`count ${isOld ? 'old' : unread ? 'some' : 'nothing'}${(unread ?? 0) < ROOM ? '' : ' long'}`} title={age}>
      <span aria-hidden="true">{unread === null ? '–' : words.number(unread)}</span>
      {unread !== null && <span class="visually-hidden">{words.t('unread', { count: unread })}</span>}
      {age !== undefined && <span class="visually-hidden">{age}</span>}
    </p>
  )
}

/** Of an account that is muted, or not counted. */
function Marks({ account, server, state: { readerSettings } }: AccountProps) {
  const { words } = useUi()
  const scope = { server: server.id, account: account.id }
  const mute = muteOf(readerSettings.muted, scope)
  // That everything is muted is said once, in the header.
  const muted = mute?.scope ? muteText(mute, scope, words) : null
  return (
    <>
      {muted !== null && (
        <span class="mark" title={muted}>
          <MutedIcon />
          <span class="visually-hidden">{muted}</span>
        </span>
      )}
      {isLeftOut(readerSettings.notCounted, scope) && <span class="chip dashed">{words.t('notIncluded')}</span>}
    </>
  )
}
