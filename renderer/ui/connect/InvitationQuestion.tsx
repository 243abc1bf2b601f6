/** An invitation that the system opened: connects to a server. */
import { plain } from '../../../common/model/text.ts'
import type { Invitation } from '../../../common/protocol/window-state.ts'
import { outcomeOf, useDesktop, useUi } from '../controls/context.ts'
import { LinkQuestion } from './LinkQuestion.tsx'

export function InvitationQuestion({ invitation: { url, host } }: { readonly invitation: Invitation }) {
  const { words } = useUi()
  const desktop = useDesktop()
  return (
    <LinkQuestion
      title={words.t('invitationTitle', { host: plain(host) })}
      address={plain(url)}
      help={words.t('invitationHelp')}
      declineText={words.t('decline')}
      onDecline={() => void outcomeOf(desktop.declineInvitation())}
      acceptText={words.t('connect')}
      accept={desktop.acceptInvitation}
    />
  )
}
