/** Accounts and messages, or those that match the search. Each has a column of its own on a wide screen, which stays where it is. */
import { folderName, plain } from '../../../common/model/text.ts'
import type { WindowState } from '../../../common/protocol/window-state.ts'
import type { PendingActions } from '../../view/pending-actions.ts'
import { searchIn } from '../../view/search.ts'
import { summaryOf } from '../../view/summary.ts'
import { Accounts } from '../accounts/Accounts.tsx'
import { useNames, useUi } from '../controls/context.ts'
import { LatestMessages } from '../messages/LatestMessages.tsx'
import { SearchField } from '../messages/SearchField.tsx'
import { CaughtUp } from './CaughtUp.tsx'
import './Lists.css'

interface ListsProps {
  readonly state: WindowState
  readonly query: string
  readonly actions: PendingActions
  readonly onQuery: (query: string) => void
}

export function Lists({ state, query, actions, onQuery }: ListsProps) {
  const { words } = useUi()
  const { desktop, sharedSettings } = state
  const { servers, messages } = searchIn(state.servers, query, useNames(), (folder) => folderName(folder, words))
  const isSearching = query.trim() !== ''
  const accounts = state.servers.flatMap((server) => server.accounts ?? [])
  const { isCaughtUp, all, trust } = summaryOf(state)
  const nothingListed = trust === 'none' ? 'notChecked' : all > 0 ? 'notListedYet' : 'allRead'
  const listsMessages = isCaughtUp || accounts.some(({ latest }) => latest !== undefined)
  if (isSearching && servers.length === 0 && messages.length === 0) {
    return (
      <>
        <SearchField query={query} onQuery={onQuery} />
        <div class="empty">
          <h2 class="title">{words.t('foundNothing', { query: plain(query, 60) })}</h2>
          <p>{words.t('foundNothingHelp')}</p>
        </div>
      </>
    )
  }
  return (
    <>
      {accounts.length > 0 && <SearchField query={query} onQuery={onQuery} />}
      <div class="columns">
        <Accounts servers={servers} state={state} query={query} />
        {listsMessages && (
          <LatestMessages
            messages={messages}
            servers={state.servers}
            groups={sharedSettings.messageGroups}
            opensInProgram={desktop !== null && desktop.settings.opensMailIn !== 'web'}
            actions={actions}
            empty={
              isSearching ? (
                <p class="plain">{words.t('foundNoMessages')}</p>
              ) : isCaughtUp ? (
                <CaughtUp />
              ) : (
                <p class="plain">{words.t(nothingListed)}</p>
              )
            }
          />
        )}
      </div>
    </>
  )
}
