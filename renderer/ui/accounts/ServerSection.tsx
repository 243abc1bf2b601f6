/** The accounts of one server. Its heading says what the header does not: which server it is, and that it is not connected. */
import type { ComponentChildren } from 'preact'
import type { DesktopState, ServerView, WindowState } from '../../../common/protocol/window-state.ts'
import type { Account } from '../../../common/protocol/wire.ts'
import type { LinkProblem } from '../../../common/protocol/link.ts'
import type { Words } from '../../../common/words/words.ts'
import { UnavailableRow } from './UnavailableRow.tsx'
import { AccountRow } from './AccountRow.tsx'
import { useUi } from '../controls/context.ts'
import { Breakable } from '../controls/Breakable.tsx'
import { DemoButtons } from './DemoButtons.tsx'
import { LinkLine } from './LinkLine.tsx'
import './ServerSection.css'

interface ServerSectionProps {
  readonly server: ServerView
  /** Those of its accounts that are shown, in their order. */
  readonly accounts: readonly Account[]
  readonly state: WindowState
  /** Empty if nothing is searched for. */
  readonly query: string
  /** There is no other section. */
  readonly isOnly: boolean
  /** At the end of the heading. */
  readonly tools: ComponentChildren
}

export function ServerSection({ server, accounts, state, query, isOnly, tools }: ServerSectionProps) {
  const { words } = useUi()
  const isLocal = server.kind === 'local'
  const label = isLocal ? words.t(isOnly ? 'accounts' : 'thisComputer') : (server.label ?? server.id)
  const heading = `server-${server.id}`
  return (
    <section class="server" aria-labelledby={heading}>
      <div class="section-head">
        <h2 id={heading}>
          <Breakable text={label} />
        </h2>
        {/* The header has room for the state of one connection. */}
        {state.servers.length > 1 && server.link.phase !== 'live' && <LinkLine server={label} link={server.link} />}
        {tools}
      </div>
      {server.link.phase === 'signed-out' && state.desktop && (
        <p class="plain">{signedOutText(server.link.problem, state.desktop, words)}</p>
      )}
      {server.accounts === null ? (
        server.link.phase === 'connecting' && <Placeholder />
      ) : server.accounts.length === 0 ? (
        <p class="plain">{words.t('emptyServer')}</p>
      ) : (
        <ul class="accounts">
          {accounts.map((account) =>
            isLocal && state.desktop?.unavailable.includes(account.id) ? (
              <UnavailableRow key={account.id} server={server} account={account.id} locked={state.desktop.secrets.locked} />
            ) : (
              <AccountRow key={account.id} account={account} server={server} state={state} query={query} />
            ),
          )}
        </ul>
      )}
      {server.demo.length > 0 && <DemoButtons server={server} />}
    </section>
  )
}

function signedOutText(problem: LinkProblem | null, { secrets }: DesktopState, words: Words): string {
  if (problem) return `${words.error(problem)} ${words.t('connectWithOther')}`
  return words.t(secrets.locked ? 'needsUnlock' : 'needsToken')
}

/** Takes the place of the first account while connecting. */
function Placeholder() {
  const { words } = useUi()
  return (
    <p class="placeholder">
      <span class="visually-hidden">{words.t('loading')}</span>
    </p>
  )
}
