/** From the state to notifications: when they are due is core/alerts.ts; here is what remembers, waits and acts. */
import { schedule } from './clock.ts'
import { type Alert, type AlertAct, type AlertMemory, alertsOf, awaitsNames } from './core/alerts.ts'
import { wordsFor } from './core/words.ts'
import type { MailOfServer, Outcome, WindowState } from './ipc.ts'
import { createNotifier } from './notifier.ts'

export interface Alerting {
  apply(state: WindowState): void
  close(): void
}

export interface AlertingDeps {
  readonly platform: NodeJS.Platform
  /** A notification was clicked. */
  readonly onOpen: (alert: Alert) => void
  readonly actOnMail: (request: MailOfServer) => Promise<Outcome>
  readonly onFailure: (detail: string) => void
}

/** So long a notification waits for who wrote; the count in the tray never does. */
const NAMES_MS = 4_000

export function createAlerting({ platform, onOpen, actOnMail, onFailure }: AlertingDeps): Alerting {
  const notifier = createNotifier({ platform, onClick: onOpen, onAct: (act, alert) => void runAct(act, alert), onFailure })
  let memory: AlertMemory = new Map()
  let endWait: (() => void) | null = null
  let last: WindowState | null = null

  /** What was asked for outside the window is answered there too, where it could not be done. */
  async function runAct({ request }: AlertAct, alert: Alert): Promise<void> {
    const outcome = await actOnMail(request)
    if (outcome.ok) return
    notifier.show([{ ...alert, title: wordsFor(last?.language ?? 'en').t('notDone'), body: outcome.detail ?? alert.body, acts: [] }])
  }

  function notify({ servers, language, preferences }: WindowState): void {
    endWait?.()
    endWait = null
    const told = alertsOf(memory, { servers, language })
    memory = told.memory
    if (preferences.notifications) notifier.show(told.alerts)
  }

  return {
    apply(state) {
      last = state
      if (awaitsNames(memory, state.servers)) endWait ??= schedule(() => last && notify(last), NAMES_MS)
      else notify(state)
    },
    close() {
      endWait?.()
      notifier.close()
    },
  }
}
