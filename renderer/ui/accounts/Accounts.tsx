/** The accounts of all servers, in the order that the user chose. */
import type { ServerView, WindowState } from '../../../common/protocol/window-state.ts'
import { listedAccounts, shownServers } from '../../view/account-list.ts'
import { Button } from '../controls/Button.tsx'
import { useNames, useUi } from '../controls/context.ts'
import { useToastedRequest } from '../layers/Toaster.tsx'
import { AccountTools } from './AccountTools.tsx'
import { ServerSection } from './ServerSection.tsx'
import './Accounts.css'

interface AccountsProps {
  /** Those that match the search. */
  readonly servers: readonly ServerView[]
  readonly state: WindowState
  /** Empty if nothing is searched for. */
  readonly query: string
}

/** From this number on, lines are lower. */
const MANY = 16

export function Accounts({ servers: found, state, query }: AccountsProps) {
  const { words } = useUi()
  const { sharedSettings } = state
  const nameOf = useNames()
  const servers = shownServers(found)
  const all = found.flatMap(({ accounts }) => accounts ?? [])
  // A search finds the filtered accounts as well.
  const settings = query.trim() === '' ? sharedSettings : { ...sharedSettings, accountFilter: 'all' as const }
  const sections = servers.map((server) => {
    const nameInServer = (account: string): string => nameOf(server.id, account)
    return { server, accounts: listedAccounts(server.accounts ?? [], settings, nameInServer, words.locale) }
  })
  const hidden = all.length - sections.reduce((sum, { accounts }) => sum + accounts.length, 0)
  return (
    <div class={all.length >= MANY ? 'servers many' : 'servers'}>
      {sections.map(({ server, accounts }, index) => (
        <ServerSection
          key={server.id}
          server={server}
          accounts={accounts}
          state={state}
          query={query}
          isOnly={sections.length === 1}
          tools={index === 0 && all.length > 1 && <AccountTools settings={sharedSettings} />}
        />
      ))}
      {found.length === 0 && <p class="plain">{words.t('foundNoAccounts')}</p>}
      {hidden > 0 && <Hidden count={hidden} />}
    </div>
  )
}

function Hidden({ count }: { readonly count: number }) {
  const { words, bridge } = useUi()
  const request = useToastedRequest()
  return (
    <p class="hidden-accounts">
      <span>{words.t('accountsHidden', { count })}</span>
      <Button
        text={words.t('showAll')}
        class="text-button"
        onClick={() => void request(bridge.updateSharedSettings({ accountFilter: 'all' }))}
      />
    </p>
  )
}
