/** The top of the window: the unread count, the connection, and what can be done with everything. */
import type { WindowState } from '../../../common/protocol/window-state.ts'
import { useUi } from '../controls/context.ts'
import { IconButton } from '../controls/Button.tsx'
import { BellMark, RefreshIcon, SettingsIcon } from '../controls/icons.tsx'
import { Headline } from './Headline.tsx'
import { MuteMenu } from './MuteMenu.tsx'
import { Status } from './Status.tsx'
import { useLater } from '../use-later.ts'
import './Header.css'

const loadSparkline = () => import('./Sparkline.tsx')

interface HeaderProps {
  readonly state: WindowState
  /** Messages that the servers still count. */
  readonly unconfirmed: number
  readonly onSettings: () => void
}

export function Header({ state, unconfirmed, onSettings }: HeaderProps) {
  const { words, bridge } = useUi()
  const { module: later } = useLater(loadSparkline, null)
  // Another token has another history.
  const isKnown = state.servers.some(({ accounts }) => accounts !== null)
  return (
    <header class="header">
      <h1 class="visually-hidden">Mailbell</h1>
      <BellMark />
      <Headline state={state} />
      <div class="sparkline">{later && isKnown && <later.Sparkline state={state} />}</div>
      <Status state={state} unconfirmed={unconfirmed} />
      <div class="tools">
        <MuteMenu muted={state.readerSettings.muted} />
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
