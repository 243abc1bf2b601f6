/** What the entries of the tray's menu do. */
import { markAllRead } from '../../client/calls.ts'
import { markAllReadOf } from '../../client/mark-all-read.ts'
import type { MenuCommand } from './menu.ts'
import { muteEndMs, withMute, withoutMute } from '../../common/model/mutes.ts'
import type { MuteForm, ReadAllForm } from '../../common/protocol/bridge.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { Links } from '../servers/links.ts'

export interface TrayRequests {
  mute(form: MuteForm): Promise<Outcome>
  markAllRead(form: ReadAllForm): Promise<Outcome>
}

export interface TrayRequestsDeps {
  readonly choices: () => DesktopSettings
  readonly choose: (change: Partial<DesktopSettings>) => Promise<Outcome>
  readonly links: Pick<Links, 'serverOf' | 'servers'>
  readonly now: () => number
}

/** What the window may ask for as well. */
export function createTrayRequests({ choices, choose, links, now }: TrayRequestsDeps): TrayRequests {
  return {
    async mute({ scope, until }) {
      const { muted } = choices()
      const next = until === 'off' ? withoutMute(muted, scope, now()) : withMute(muted, scope, muteEndMs(until, now()), now())
      return await choose({ muted: [...next] })
    },
    async markAllRead(of) {
      return await markAllReadOf(
        of,
        () => links.servers,
        async ({ server, account }) => {
          const address = links.serverOf(server)
          return address ? await markAllRead(address, account) : { ok: false, code: 'unavailable' }
        },
      )
    },
  }
}

export interface TrayCommandsDeps {
  readonly requests: TrayRequests & { checkNow(): Promise<Outcome> }
  readonly open: () => void
  readonly openSettings: () => void
  readonly openInbox: () => void
  readonly openMail: (mail: Extract<MenuCommand, { do: 'open-message' }>) => void
  readonly showAbout: () => void
  readonly quit: () => void
  /** What was asked for in the menu could not be done. */
  readonly onFailure: (outcome: Extract<Outcome, { ok: false }>) => void
}

export function createTrayCommands(deps: TrayCommandsDeps): (command: MenuCommand) => void {
  const { requests, onFailure } = deps
  const settle = async (asked: Promise<Outcome>): Promise<void> => {
    const outcome = await asked
    if (!outcome.ok) onFailure(outcome)
  }
  return (command) => {
    switch (command.do) {
      case 'open':
        return deps.open()
      case 'open-inbox':
        return deps.openInbox()
      case 'open-message':
        return deps.openMail(command)
      case 'mark-all-read':
        return void settle(requests.markAllRead(null))
      case 'check-now':
        return void settle(requests.checkNow())
      case 'mute':
        return void settle(requests.mute({ scope: null, until: command.for }))
      case 'unmute':
        return void settle(requests.mute({ scope: null, until: 'off' }))
      case 'settings':
        return deps.openSettings()
      case 'about':
        return deps.showAbout()
      case 'quit':
        return deps.quit()
    }
  }
}
