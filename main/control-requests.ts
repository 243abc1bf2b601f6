/** What the `mailbell` command may ask the running app: its status, its window, and to mute everything. */
import { muteOfAll, mutesInForce } from '../common/model/silence/mutes.ts'
import { isUncertain, totalsOf } from '../common/model/totals.ts'
import type { AppStatus, ControlAnswer, ControlRequest } from '../common/protocol/control.ts'
import type { ServerView } from '../common/protocol/window-state.ts'
import type { SettingsApplier } from './settings/apply-settings.ts'
import type { AppState, StateStore } from './state/state.ts'
import { withUnavailable } from './state/unavailable.ts'
import { countingOf } from './tray/tray-view.ts'
import type { AppWindow } from './window/window.ts'

interface ControlRequestsDeps {
  readonly state: Pick<StateStore, 'current'>
  readonly window: Pick<AppWindow, 'open'>
  readonly applier: Pick<SettingsApplier, 'mute'>
  readonly pid: number
  /** Epoch milliseconds. */
  readonly now: () => number
}

export function createControlRequests({ state, window, applier, pid, now }: ControlRequestsDeps) {
  return async (request: ControlRequest): Promise<ControlAnswer> => {
    if (request.do === 'open') window.open()
    if (request.do === 'mute') {
      const outcome = await applier.mute({ scope: null, until: request.until })
      if (!outcome.ok) return { ok: false, detail: outcome.detail ?? outcome.code }
    }
    return { ok: true, status: { pid, ...statusOf(state.current, now()) } }
  }
}

function statusOf(state: AppState, nowMs: number): Omit<AppStatus, 'pid'> {
  const servers = withUnavailable(state.servers, state.unavailable)
  const totals = totalsOf(servers, countingOf(state))
  const mute = muteOfAll(mutesInForce(state.desktopSettings.muted, nowMs))
  return {
    version: state.version,
    unread: totals.unread,
    isUncertain: isUncertain(totals),
    servers: servers.map(serverStatusOf),
    muted: mute && { untilMs: mute.untilMs },
  }
}

function serverStatusOf({ label, link, accounts }: ServerView): AppStatus['servers'][number] {
  const problem = link.phase === 'live' ? null : 'problem' in link ? (link.problem?.detail ?? 'no token') : link.phase
  return { label, problem, accounts: (accounts ?? []).map(({ latest: _latest, folders: _folders, ...account }) => account) }
}
