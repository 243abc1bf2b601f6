/** What each command does. */
import type { App } from 'electron'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { RequestHandlers } from '../../common/protocol/bridge.ts'
import type { CommandHandlers } from './commands.ts'
import type { MessageOpener, OpenTarget } from '../opening/opener.ts'
import type { Invitations } from '../servers/invitations.ts'
import type { StateStore } from '../state/state.ts'
import type { LaunchArguments } from '../system/launch-arguments.ts'
import type { Log } from '../system/log.ts'
import type { AppWindow } from '../window/window.ts'

export interface CommandHandlersDeps {
  readonly app: Pick<App, 'quit' | 'showAboutPanel'>
  readonly state: Pick<StateStore, 'current' | 'update'>
  readonly window: Pick<AppWindow, 'open' | 'toggle' | 'preload'>
  readonly opener: Pick<MessageOpener, 'open'>
  readonly requests: Pick<RequestHandlers, 'actOnMessage' | 'markAllRead' | 'checkNow' | 'mute'>
  readonly invitations: Pick<Invitations, 'open'>
  readonly log: Pick<Log, 'warn'>
}

export function createCommandHandlers(deps: CommandHandlersDeps): CommandHandlers['run'] {
  const { app, state, window, opener, requests, invitations, log } = deps

  function openSettings(): void {
    state.update({ navigation: { view: 'settings', requestId: state.current.navigation.requestId + 1 } })
    window.open()
  }

  /** Where the target cannot be opened the window opens, which is all there is to say without a detail. */
  async function openTarget(target: OpenTarget | null): Promise<Outcome> {
    const outcome = await opener.open(target)
    return outcome.ok || outcome.detail !== undefined ? outcome : { ok: true }
  }

  function handleLaunch({ urls, quit, check, settings, hidden }: LaunchArguments): void {
    const isInvited = urls.filter((link) => invitations.open(link)).length > 0
    if (urls.length > 0 && !isInvited) log.warn({}, 'ignoring an invalid mailbell: link')
    if (quit) return app.quit()
    if (check) void requests.checkNow()
    if (settings) return openSettings()
    if (isInvited || !(hidden || check)) window.open()
  }

  return {
    'open-window': window.open,
    'toggle-window': window.toggle,
    'preload-window': window.preload,
    'open-settings': openSettings,
    'open-inbox': () => openTarget(null),
    'open-message': ({ target }) => openTarget(target),
    'act-on-message': ({ request }) => requests.actOnMessage(request),
    'mark-all-read': () => requests.markAllRead(null),
    'check-now': requests.checkNow,
    mute: ({ until }) => requests.mute({ scope: null, until }),
    'show-about': () => app.showAboutPanel(),
    launch: ({ launch }) => handleLaunch(launch),
    quit: () => app.quit(),
  }
}
