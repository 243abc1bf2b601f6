/** The top of the window: the unread count, how far it can be trusted, and the connection. */
import type { WindowState } from '../../../common/protocol/window-state.ts'
import { summaryOf, worstLink } from '../../view/summary.ts'
import { TRUST_WORDS } from '../../../common/model/totals.ts'
import { useUi } from '../controls/context.ts'
import { IconButton } from '../controls/Button.tsx'
import { RefreshIcon, SettingsIcon } from '../controls/icons.tsx'
import { LinkLine } from '../accounts/LinkLine.tsx'
import { MuteMenu } from './MuteMenu.tsx'
import './Header.css'

/** The tile never changes its size: more than four digits are shortened, and read in full by a screen reader. */
function tileText(unread: number): string {
  if (unread < 10_000) return String(unread)
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 0, roundingMode: 'floor' }).format(unread)
}

function Total({ state }: { readonly state: WindowState }) {
  const { words } = useUi()
  const { desktop, servers } = state
  const { unread, all, trust } = summaryOf(state)
  const known = servers.some(({ accounts }) => accounts !== null && accounts.length > 0)
  const countsAll = (desktop?.counted ?? null) === null
  const trustWord = TRUST_WORDS[trust]
  const text = unread === null ? '–' : tileText(unread)
  return (
    <>
      <span class={`tile trust-${trust} ${unread ? 'some' : 'nothing'} digits-${Math.min(4, text.length)}`} aria-hidden="true">
        {text}
      </span>
      <p class="total">
        {!known && 'Mailbell'}
        {unread !== null && (
          <>
            <span class="visually-hidden">{countsAll ? words.t('unread', { count: unread }) : words.number(unread)} </span>
            {countsAll ? (
              <span aria-hidden="true">{words.t('unreadWord', { count: unread })} </span>
            ) : (
              <span>{words.t(desktop?.settings.counts === 'last-look' ? 'countedNew' : 'countedOf', { all })} </span>
            )}
          </>
        )}
        {known && trustWord && <span class="trust">{words.t(trustWord)}</span>}
      </p>
    </>
  )
}

export function Header({ state, onSettings }: { readonly state: WindowState; readonly onSettings: () => void }) {
  const { words, bridge } = useUi()
  const link = worstLink(state.servers)
  const lost = state.servers.filter((server) => server.link.phase !== 'live').length
  return (
    <header class="header">
      <h1 class="visually-hidden">Mailbell</h1>
      <div class="headline">
        <Total state={state} />
        {state.servers.length > 1 && lost > 0 ? (
          <p class="link link-retrying">
            <span class="dot" aria-hidden="true" />
            <span>{words.t('serversLost', { lost, all: state.servers.length })}</span>
          </p>
        ) : (
          link && <LinkLine link={link} check={state.check} />
        )}
      </div>
      <div class="tools">
        {state.desktop && <MuteMenu desktop={state.desktop} />}
        <IconButton
          label={words.t('checkNow')}
          aria-busy={state.check.isRunning}
          aria-disabled={state.check.isRunning}
          onClick={() => void bridge.checkNow()}
        >
          <RefreshIcon />
        </IconButton>
        <IconButton label={words.t('settings')} id="open-settings" onClick={onSettings}>
          <SettingsIcon />
        </IconButton>
      </div>
    </header>
  )
}
