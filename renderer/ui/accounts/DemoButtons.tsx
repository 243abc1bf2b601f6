/** What changes the accounts of the demo mailbox, and says so if there are others. */
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { Button } from '../controls/Button.tsx'
import { useActionQueue, useNames, useUi } from '../controls/context.ts'
import { useDismissError, useToastedRequest } from '../layers/Toaster.tsx'
import { pendingReadAll } from '../../view/pending-actions.ts'

export function DemoButtons({ server: { id: server, accounts, link, demo } }: { readonly server: ServerView }) {
  const { words, bridge } = useUi()
  const request = useToastedRequest()
  const dismissError = useDismissError()
  const actions = useActionQueue()
  const nameOf = useNames()
  const all = accounts ?? []
  const changeable = all.filter((account) => demo.includes(account.id) && account.actions !== undefined)
  const unread = changeable.filter((account) => account.unread !== 0)
  /** What is pending must not mark the new email as read. */
  async function deliver(account: string): Promise<void> {
    await actions.settle({ server, account })
    await request(bridge.changeDemo({ action: 'deliver', account }))
  }
  function markRead(): void {
    dismissError()
    for (const account of unread)
      actions.add(
        pendingReadAll({ server, account: account.id }, account.unread, () => bridge.changeDemo({ action: 'read', account: account.id })),
      )
  }
  const [first] = changeable
  if (!first) return null
  const offline = link.phase === 'live' ? null : words.t('notConnected')
  return (
    <div class="buttons" role="group" aria-label={words.t('demo')}>
      <Button
        text={all.length === 1 ? words.t('deliver') : words.t('deliverTo', { account: nameOf(server, first.id) })}
        reason={offline}
        onClick={() => void deliver(first.id)}
      />
      <Button
        text={words.t(changeable.length === all.length ? 'markAllRead' : 'markDemoRead')}
        reason={offline ?? (unread.length === 0 ? words.t('allRead') : null)}
        onClick={markRead}
      />
    </div>
  )
}
