/**
 * Opens what a click on a notification is about. On Wayland only a program with the token of the click may come to the front (XDG
 * activation): other programs find it in their environment, and Electron takes it from a second start of the app, since it has no
 * call for it (electron#50269).
 */
import type { Command } from './commands.ts'
import type { Outcome, RequestError } from '../../common/protocol/outcome.ts'
import type { OpenTarget } from '../opening/opener.ts'

const TOKEN_VARIABLE = 'XDG_ACTIVATION_TOKEN'

interface ClickedDeps {
  /** Of this process, which the programs that it starts inherit. */
  readonly env: NodeJS.ProcessEnv
  readonly perform: (command: Command) => Promise<Outcome>
  /** Starts the app again, which only tells the running one. */
  readonly startAgain: () => Promise<void>
  readonly showError: (error: RequestError) => void
}

export function createClickedOpener({ env, perform, startAgain, showError }: ClickedDeps) {
  /** @param target null for the window */
  return async (target: OpenTarget | null, token: string | null): Promise<void> => {
    const isWayland = env['WAYLAND_DISPLAY'] !== undefined
    if (token !== null && isWayland) env[TOKEN_VARIABLE] = token
    try {
      const outcome = await perform(target === null ? { do: 'open-window' } : { do: 'open-message', target })
      if (!outcome.ok) showError(outcome)
      // The window is open in any case; without the second start it may lack the focus.
      if (target === null && token !== null && isWayland) await startAgain().catch(() => undefined)
    } finally {
      delete env[TOKEN_VARIABLE]
    }
  }
}
