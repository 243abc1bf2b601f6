/** The accounts of one server, and its connection. */
import type { DesktopState, ServerView, WindowState } from '../../../common/protocol/window-state.ts'
import type { DemoAction } from '../../../common/protocol/wire.ts'
import type { LinkProblem } from '../../../common/protocol/link.ts'
import type { Words } from '../../../common/words/words.ts'
import { UnavailableRow } from './UnavailableRow.tsx'
import { AccountRow } from './AccountRow.tsx'
import { useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { useOutcome } from '../controls/use-request.ts'
import { LinkError, LinkLine } from './LinkLine.tsx'
import './ServerSection.css'

interface ServerSectionProps {
  readonly server: ServerView
  readonly state: WindowState
  /** Empty if nothing is searched for. */
  readonly query: string
}

export function ServerSection({ server, state, query }: ServerSectionProps) {
  const { words } = useUi()
  const several = state.servers.length > 1
  const label = server.label ?? words.t('thisComputer')
  const heading = `server-${server.id}`
  const changeable = (server.accounts ?? []).filter(({ actions }) => actions !== undefined)
  return (
    <section class="server" aria-labelledby={heading}>
      <div class="section-head">
        <h2 id={heading}>{several || server.kind === 'remote' ? <bdi>{label}</bdi> : words.t('accounts')}</h2>
        {several && <LinkLine link={server.link} />}
      </div>
      <LinkError link={server.link} />
      {server.link.phase === 'signed-out' && state.desktop && (
        <p class="plain panel">{signedOutText(server.link.problem, state.desktop, words)}</p>
      )}
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
              <AccountRow key={account.id} account={account} server={server} state={state} query={query} />
            ),
          )}
        </ul>
      )}
      {server.demo && changeable.length > 0 && <DemoButtons accounts={changeable.map(({ id }) => id)} />}
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
    <p class="placeholder panel">
      <span class="visually-hidden">{words.t('loading')}</span>
    </p>
  )
}

function DemoButtons({ accounts }: { readonly accounts: readonly string[] }) {
  const { words, bridge } = useUi()
  const { error, track } = useOutcome()
  const run = async (action: DemoAction['action'], some: readonly string[]): Promise<void> => {
    for (const account of some) if (!(await track(bridge.changeDemo({ action, account })))) return
  }
  return (
    <>
      <div class="buttons" role="group" aria-label={words.t('demo')}>
        <Button text={words.t('deliver')} onClick={() => void run('deliver', accounts.slice(0, 1))} />
        <Button text={words.t('markAllRead')} onClick={() => void run('read', accounts)} />
      </div>
      <ErrorMessage error={error} />
    </>
  )
}
