/** Choices that hold at once: what is shown is what holds, and a choice that could not be made is said beside it. */
import { useState } from 'preact/hooks'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { DesktopSettings, SharedSettings } from '../../../common/protocol/settings.ts'
import { settle, useUi } from '../context.ts'

type Failed = Extract<Outcome, { ok: false }>

export interface SettingsForm {
  choose(change: Partial<DesktopSettings>): Promise<boolean>
  prefer(change: Partial<SharedSettings>): Promise<boolean>
  /** Why the last choice with this name could not be made. */
  failure(name: keyof DesktopSettings | keyof SharedSettings): Failed | null
}

export function useSettingsForm(): SettingsForm {
  const { bridge } = useUi()
  const [failed, setFailed] = useState<{ readonly names: readonly string[]; readonly outcome: Failed } | null>(null)

  async function run(change: object, request: Promise<Outcome> | undefined): Promise<boolean> {
    const outcome = request ? await settle(request) : null
    setFailed(outcome && !outcome.ok ? { names: Object.keys(change), outcome } : null)
    return outcome?.ok === true
  }

  return {
    choose: (change) => run(change, bridge.desktop?.updateDesktopSettings(change)),
    prefer: (change) => run(change, bridge.updateSharedSettings(change)),
    failure: (name) => (failed?.names.includes(name) ? failed.outcome : null),
  }
}
