/** What changes the demo mailboxes. */
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { DemoAction } from '../../../common/protocol/wire.ts'
import { Button } from '../controls/Button.tsx'
import { useUi } from '../controls/context.ts'
import { useToastedRequest } from '../layers/Toaster.tsx'

export function DemoButtons({ server: { accounts, link } }: { readonly server: ServerView }) {
  const { words, bridge } = useUi()
  const request = useToastedRequest()
  const changeable = (accounts ?? []).filter(({ actions }) => actions !== undefined)
  const unread = changeable.filter((account) => account.unread !== 0)
  const run = async (action: DemoAction['action'], some: typeof changeable): Promise<void> => {
    for (const { id } of some) if (!(await request(bridge.changeDemo({ action, account: id })))) return
  }
  if (changeable.length === 0) return null
  const offline = link.phase === 'live' ? null : words.t('notConnected')
  return (
    <div class="buttons" role="group" aria-label={words.t('demo')}>
      <Button text={words.t('deliver')} reason={offline} onClick={() => void run('deliver', changeable.slice(0, 1))} />
      <Button
        text={words.t('markAllRead')}
        reason={offline ?? (unread.length === 0 ? words.t('allRead') : null)}
        onClick={() => void run('read', unread)}
      />
    </div>
  )
}
