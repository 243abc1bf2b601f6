/** What the `mailbell` command may ask the running app: its status, its window, and to mute everything. */
import { muteOfAll, mutesInForce } from '../common/model/mutes.ts'
import { isUncertain, totalsOf } from '../common/model/totals.ts'
import type { RequestHandlers } from '../common/protocol/bridge.ts'
import type { AppStatus, ControlAnswer, ControlRequest } from '../common/protocol/control.ts'
import type { ServerView } from '../common/protocol/window-state.ts'
import type { AppState } from './state/state.ts'
import { withUnavailable } from './state/unavailable.ts'
import { countingOf } from './tray/tray-view.ts'

export interface ControlRequestsDeps {
  readonly readState: () => AppState
  readonly openWindow: () => void
  readonly mute: RequestHandlers['mute']
  readonly pid: number
  readonly now: () => number
}

export function createControlRequests({ readState, openWindow, mute, pid, now }: ControlRequestsDeps) {
  return async (request: ControlRequest): Promise<ControlAnswer> => {
    if (request.do === 'open') openWindow()
    if (request.do === 'mute') {
      const outcome = await mute({ scope: null, until: request.until })
      if (outcome?.ok === false) return { ok: false, detail: outcome.detail ?? outcome.code }
    }
    return { ok: true, status: { pid, ...statusOf(readState(), now()) } }
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
