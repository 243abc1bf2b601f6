/** The server that an invitation link names: shown without its token, and connected only when the user accepts. */
import { type InvitationWithCredential, parseInvitation } from '../../common/model/invitation.ts'
import type { PageRequests, RequestHandlers } from '../../common/protocol/bridge.ts'
import type { StateStore } from '../state/state.ts'

export type Invitations = ReturnType<typeof createInvitations>

export function createInvitations(connectServer: PageRequests['connectServer'], state: Pick<StateStore, 'update'>) {
  let current: InvitationWithCredential | null = null

  function setCurrent(next: InvitationWithCredential | null): void {
    current = next
    state.update({ invitation: next && { url: next.url, host: next.host } })
  }

  return {
    /** False if the link is not an invitation. A later one replaces an earlier one. */
    open(link: string): boolean {
      const invitation = parseInvitation(link)
      if (invitation) setCurrent(invitation)
      return invitation !== null
    },
    requests: {
      async acceptInvitation() {
        const accepted = current
        if (!accepted) return { ok: false, code: 'gone' }
        const outcome = await connectServer({ url: accepted.url, ...accepted.credential })
        const isConnected = outcome.ok || outcome.code === 'exists'
        if (isConnected && current === accepted) setCurrent(null)
        return outcome
      },
      declineInvitation: () => setCurrent(null),
    } satisfies Partial<RequestHandlers>,
  }
}
