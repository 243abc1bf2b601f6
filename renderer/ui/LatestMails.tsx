/** The newest unread mails of all accounts. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { ServerView } from '../../main/ipc.ts'
import type { MailAction } from '../../server/protocol.ts'
import { latestMails } from '../view/mails.ts'
import { useSurroundings } from './context.ts'
import { MailRow } from './MailRow.tsx'

export function LatestMails({ servers }: { readonly servers: readonly ServerView[] }) {
  const { words } = useSurroundings()
  const mails = latestMails(servers)
  const { section, onAct } = useFocusAfterRows(mails.map(({ key }) => key))
  const known = servers.some((server) => server.accounts?.some((account) => account.latest !== undefined))
  if (!known) return null
  const severalAccounts = servers.reduce((sum, { accounts }) => sum + (accounts?.length ?? 0), 0) > 1
  return (
    <section class="latest" aria-labelledby="latest" ref={section}>
      <div class="section-head">
        <h2 id="latest" tabIndex={-1}>
          {words.t('latest')}
        </h2>
      </div>
      {mails.length === 0 ? (
        <p class="plain">{words.t('allRead')}</p>
      ) : (
        <ul class="mails">
          {mails.map((mail, index) => (
            <MailRow key={mail.key} mail={mail} showAccount={severalAccounts} onAct={(action) => onAct(index, action)} />
          ))}
        </ul>
      )}
    </section>
  )
}

/** Where the row that had the keyboard has gone, the one in its place gets it: to go on from there needs no search. */
function useFocusAfterRows(keys: readonly string[]) {
  const section = useRef<HTMLElement>(null)
  const last = useRef<{ readonly key: string; readonly index: number; readonly action: MailAction } | null>(null)
  useLayoutEffect(() => {
    if (last.current === null || keys.includes(last.current.key)) return
    const { index, action } = last.current
    last.current = null
    if (document.activeElement !== document.body) return
    const row = section.current?.querySelectorAll('.mail')[Math.min(index, keys.length - 1)]
    const target = row?.querySelector<HTMLElement>(`[data-action=${action}]`) ?? section.current?.querySelector<HTMLElement>('h2')
    target?.focus()
  })
  const onAct = (index: number, action: MailAction): void => {
    last.current = { key: keys[index] ?? '', index, action }
  }
  return { section, onAct }
}
