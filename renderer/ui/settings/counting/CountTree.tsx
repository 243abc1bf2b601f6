/** Which accounts and folders count, as a tree of checkboxes. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { WindowState } from '../../../../common/protocol/window-state.ts'
import type { ReaderSettings, Scope } from '../../../../common/protocol/settings.ts'
import { type Counted, countedOf, withAccount, withFolder } from '../../../view/counted.ts'
import { accountsOf } from '../../../../common/model/accounts.ts'
import { folderName, plain } from '../../../../common/model/text.ts'
import { isLeftOut } from '../../../../common/model/silence/scopes.ts'
import { Breakable } from '../../controls/Breakable.tsx'
import { useNames, useUi } from '../../controls/context.ts'
import { ErrorMessage } from '../../controls/ErrorMessage.tsx'
import { useOutcome } from '../../controls/use-request.ts'
import './CountTree.css'

export function CountTree({ servers, notCounted }: Pick<WindowState, 'servers'> & Pick<ReaderSettings, 'notCounted'>) {
  const { words, bridge } = useUi()
  const nameOf = useNames()
  const { error, track } = useOutcome()
  const save = (next: Scope[]): void => void track(bridge.updateReaderSettings({ notCounted: next }))
  const accounts = accountsOf(servers)
  if (accounts.length === 0) return null
  return (
    <fieldset class="count-tree">
      <legend>{words.t('counted')}</legend>
      <ul>
        {accounts.map(({ server, account }) => {
          const scope: Scope = { server: server.id, account: account.id }
          const folders = (account.folders ?? []).map(({ path }) => path)
          const name = nameOf(server.id, account.id)
          return (
            <li key={`${server.id} ${account.id}`}>
              <Box
                label={server.label === null ? name : `${name} (${plain(server.label)})`}
                counted={countedOf(notCounted, scope)}
                onCount={(counts) => save(withAccount(notCounted, scope, counts))}
              />
              {folders.length > 1 && (
                <Details startsOpen={countedOf(notCounted, scope) === 'some'} summary={words.t('countedFolders', { account: name })}>
                  <ul>
                    {(account.folders ?? []).map((folder) => (
                      <li key={folder.path}>
                        <Box
                          label={folderName(folder, words)}
                          counted={isLeftOut(notCounted, { ...scope, folder: folder.path }) ? 'none' : 'all'}
                          onCount={(counts) => save(withFolder(notCounted, { ...scope, folder: folder.path }, folders, counts))}
                        />
                      </li>
                    ))}
                  </ul>
                </Details>
              )}
            </li>
          )
        })}
      </ul>
      <p class="help">{words.t('countedHelp')}</p>
      <ErrorMessage error={error} />
    </fieldset>
  )
}

/** After the first render, only the user opens or closes it. */
function Details({ startsOpen, summary, children }: { startsOpen: boolean; summary: string; children: ComponentChildren }) {
  const [first] = useState(startsOpen)
  return (
    <details open={first}>
      <summary>
        <Breakable text={summary} />
      </summary>
      {children}
    </details>
  )
}

interface BoxProps {
  readonly label: string
  readonly counted: Counted
  readonly onCount: (counts: boolean) => void
}

function Box({ label, counted, onCount }: BoxProps) {
  const box = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    if (box.current) box.current.indeterminate = counted === 'some'
  })
  return (
    <label class="box">
      <input
        ref={box}
        type="checkbox"
        checked={counted !== 'none'}
        onChange={(event) => {
          event.currentTarget.checked = counted !== 'none'
          // A partly counted account becomes a wholly counted one first.
          onCount(counted !== 'all')
        }}
      />
      <Breakable text={label} />
    </label>
  )
}
