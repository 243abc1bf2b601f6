/** The invitation that a link brought: shown without its token, and connected only when the person says so. */
import { type InvitationLink, parseInvitation } from '../../common/model/invitation.ts'
import type { DesktopRequests, PageRequests } from '../../common/protocol/bridge.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { StateStore } from '../state.ts'

export interface Invitations {
  readonly requests: Pick<DesktopRequests, 'acceptInvitation' | 'declineInvitation'>
  /** False where the link is none of ours. A later one replaces an earlier one. */
  take(link: string): boolean
}

export interface InvitationsDeps {
  readonly connectServer: PageRequests['connectServer']
  readonly state: Pick<StateStore, 'update'>
}

const DONE: Outcome = { ok: true }

export function createInvitations({ connectServer, state }: InvitationsDeps): Invitations {
  let present: InvitationLink | null = null

  function become(next: InvitationLink | null): void {
    present = next
    state.update({ invitation: next && { url: next.url, host: next.host } })
  }

  return {
    take(link) {
      const invitation = parseInvitation(link)
      if (invitation) become(invitation)
      return invitation !== null
    },
    requests: {
      async acceptInvitation() {
        const accepted = present
        if (!accepted) return { ok: false, code: 'gone' }
        const outcome = await connectServer({ url: accepted.url, token: accepted.token })
        // One that is connected already has come true too.
        const isThere = outcome.ok || outcome.code === 'exists'
        if (isThere && present === accepted) become(null)
        return outcome
      },
      async declineInvitation() {
        become(null)
        return DONE
      },
    },
  }
}
