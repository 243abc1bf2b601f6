/** The one dispatcher: what a click in the tray or on a notification, the shortcut or a launch asks the app to do. */
import { unavailableBy } from '../../common/errors.ts'
import type { MuteForm, ServerMessageRequest } from '../../common/protocol/bridge.ts'
import { DONE, type Outcome, type RequestError } from '../../common/protocol/outcome.ts'
import type { OpenTarget } from '../opening/opener.ts'
import type { LaunchArguments } from '../system/launch-arguments.ts'

export type PlainCommand =
  | 'open-window'
  | 'toggle-window'
  | 'preload-window'
  | 'open-settings'
  | 'open-inbox'
  | 'mark-all-read'
  | 'check-now'
  | 'show-about'
  | 'quit'

export type Command =
  | { readonly do: PlainCommand }
  | { readonly do: 'mute'; readonly until: MuteForm['until'] }
  | { readonly do: 'open-message'; readonly target: OpenTarget }
  | { readonly do: 'act-on-message'; readonly request: ServerMessageRequest }
  | { readonly do: 'launch'; readonly launch: LaunchArguments }

type Handler<Handled> = (command: Handled) => Promise<Outcome | void> | void

export interface CommandHandlers {
  readonly run: { readonly [Do in Command['do']]: Handler<Extract<Command, { readonly do: Do }>> }
  /** Shows why a dispatched command failed. */
  readonly showError: (error: RequestError) => void
}

/** Runs a command; an error is shown to the user. */
export type Dispatch = (command: Command) => void

export type Commands = ReturnType<typeof createCommands>

export function createCommands() {
  const { promise: connected, resolve: connect } = Promise.withResolvers<CommandHandlers>()

  /** Runs a command for a caller that shows an error itself. Never rejects. */
  async function perform(command: Command): Promise<Outcome> {
    const { run } = await connected
    try {
      const handler = run[command.do] as Handler<Command>
      return (await handler(command)) ?? DONE
    } catch (error) {
      return unavailableBy(error)
    }
  }

  async function dispatch(command: Command): Promise<void> {
    const outcome = await perform(command)
    if (!outcome.ok) (await connected).showError(outcome)
  }

  return {
    dispatch: ((command) => void dispatch(command)) satisfies Dispatch,
    perform,
    /** Called once, when all parts of the app exist; earlier commands wait for it. */
    connect,
  }
}
