/** The newest unread mails of all accounts. */
import type { ServerView } from '../../main/ipc.ts'
import { latestMails } from '../view/mails.ts'
import { useSurroundings } from './context.ts'
import { RelativeTime } from './Times.tsx'

export function LatestMails({ servers }: { readonly servers: readonly ServerView[] }) {
  const { words } = useSurroundings()
  const known = servers.some((server) => server.accounts?.some((account) => account.latest !== undefined))
  if (!known) return null
  const mails = latestMails(servers)
  const severalAccounts = servers.reduce((sum, { accounts }) => sum + (accounts?.length ?? 0), 0) > 1
  return (
    <section class="latest" aria-labelledby="latest">
      <div class="section-head">
        <h2 id="latest">{words.t('latest')}</h2>
      </div>
      {mails.length === 0 ? (
        <p class="plain">{words.t('allRead')}</p>
      ) : (
        <ul class="mails">
          {mails.map((mail) => (
            <li key={mail.key} class="mail">
              <bdi class="sender" title={mail.from}>
                {mail.sender || words.t('noSender')}
              </bdi>
              <span class="when">{mail.dateMs !== null && <RelativeTime ms={mail.dateMs} />}</span>
              <bdi class="subject" title={mail.subject}>
                {mail.subject || words.t('noSubject')}
              </bdi>
              {severalAccounts && <bdi class="where">{mail.account}</bdi>}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
