/** The system's notifications: one for each account, a newer one in place of the older. */
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { NotificationAction, NotificationPlan } from './compose.ts'
import { createDbusNotifier } from './dbus-notifier.ts'
import { createElectronNotifier } from './electron-notifier.ts'

export interface Notifier {
  /** @param sound the system's, none, or one of ours, which macOS plays itself and Windows cannot play */
  show(plans: readonly NotificationPlan[], sound: DesktopSettings['sound']): void
  /** @param id of the plan */
  remove(id: string): void
  /** Removes all that are shown. */
  close(): void
}

export interface NotifierEvents {
  /** @param activationToken with which a program that is opened now gets the focus (XDG activation, Wayland); null if there is none */
  readonly onClick: (plan: NotificationPlan, activationToken: string | null) => void
  readonly onAction: (action: NotificationAction, plan: NotificationPlan) => void
  readonly onError: (detail: string) => void
}

interface NotifierDeps extends NotifierEvents {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  /** What a click does, in words. */
  readonly openLabel: () => string
}

export function createNotifier(deps: NotifierDeps): Notifier {
  const electron = createElectronNotifier(deps)
  return deps.platform === 'linux' ? createDbusNotifier({ ...deps, instead: electron }) : electron
}
