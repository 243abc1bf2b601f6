/** The accounts of one server, and what may be done with it. */
import { useState } from 'preact/hooks'
import type { DesktopState, ServerView, WindowState } from '../../../common/protocol/window-state.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { DemoAction } from '../../../common/protocol/wire.ts'
import type { WordKey } from '../../../common/words/words.ts'
import { UnavailableRow } from './UnavailableRow.tsx'
import { AccountRow } from './AccountRow.tsx'
import { settle, useUi } from '../context.ts'
import { OutcomeWords } from '../controls/OutcomeWords.tsx'
import { LinkLine, LinkTrouble } from './LinkLine.tsx'
import './ServerSection.css'

interface ServerSectionProps {
  readonly server: ServerView
  readonly state: WindowState
  /** What is searched for; empty where nothing is. */
  readonly query: string
}

export function ServerSection({ server, state, query }: ServerSectionProps) {
  const { words } = useUi()
  const several = state.servers.length > 1
  const label = server.label ?? words.t('thisComputer')
  const heading = `server-${server.id}`
  return (
    <section class="server" aria-labelledby={heading}>
      <div class="section-head">
        <h2 id={heading}>{several || server.kind === 'remote' ? <bdi>{label}</bdi> : words.t('accounts')}</h2>
        {several && <LinkLine link={server.link} />}
      </div>
      <LinkTrouble link={server.link} />
      {server.link.phase === 'signed-out' && state.desktop && <p class="plain panel">{words.t(signedOutWords(server, state.desktop))}</p>}
      {server.accounts === null ? (
        server.link.phase === 'connecting' && <Placeholder />
      ) : server.accounts.length === 0 ? (
        <p class="plain panel">{words.t('emptyServer')}</p>
      ) : (
        <ul class="accounts panel">
          {server.accounts.map((account) =>
            server.kind === 'local' && state.desktop?.unavailable.includes(account.id) ? (
              <UnavailableRow key={account.id} account={account.id} locked={state.desktop.secrets.locked} />
            ) : (
              <AccountRow key={account.id} account={account} server={server} desktop={state.desktop} query={query} />
            ),
          )}
        </ul>
      )}
      {server.demo && server.accounts && server.accounts.length > 0 && <DemoButtons accounts={server.accounts.map(({ id }) => id)} />}
    </section>
  )
}

/** A server whose token is not here has refused nothing, and says so by its empty message. */
function signedOutWords({ link }: ServerView, { secrets }: DesktopState): WordKey {
  if (link.phase === 'signed-out' && link.message !== '') return 'signedOutServer'
  return secrets.locked ? 'needsUnlock' : 'needsToken'
}

/** Holds the place of the first account. */
function Placeholder() {
  const { words } = useUi()
  return (
    <p class="placeholder panel">
      <span class="hidden-words">{words.t('loading')}</span>
    </p>
  )
}

function DemoButtons({ accounts }: { readonly accounts: readonly string[] }) {
  const { words, bridge } = useUi()
  const [failed, setFailed] = useState<Outcome | null>(null)
  const run = async (actions: readonly DemoAction[]): Promise<void> => {
    for (const action of actions) {
      const outcome = await settle(bridge.changeDemo(action))
      setFailed(outcome.ok ? null : outcome)
      if (!outcome.ok) return
    }
  }
  return (
    <>
      <div class="buttons" role="group" aria-label={words.t('demo')}>
        <button
          type="button"
          class="button"
          onClick={() => void run(accounts.slice(0, 1).map((account) => ({ action: 'deliver', account })))}
        >
          {words.t('deliver')}
        </button>
        <button type="button" class="button" onClick={() => void run(accounts.map((account) => ({ action: 'read', account })))}>
          {words.t('markAllRead')}
        </button>
      </div>
      {failed && <OutcomeWords outcome={failed} />}
    </>
  )
}
