/** What every part of the window may need: the words, and whoever answers its requests. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Bridge, DesktopRequests } from '../../common/protocol/bridge.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { Words } from '../../common/words/words.ts'

export interface UiContext {
  readonly words: Words
  readonly bridge: Bridge
}

const Context = createContext<UiContext | null>(null)
export const UiContextProvider = Context.Provider

export function useUi(): UiContext {
  const surroundings = useContext(Context)
  if (surroundings === null) throw new Error('This part must stand inside SurroundingsProvider.')
  return surroundings
}

/** For the parts that only the window of the desktop app shows. */
export function useDesktop(): DesktopRequests {
  const { desktop } = useUi().bridge
  if (desktop === null) throw new Error('This part is for the desktop app alone.')
  return desktop
}

/** A request never rejects for what a person can mend; whatever does is a fault of ours, and is shown as one. */
export async function settle(request: Promise<Outcome>): Promise<Outcome> {
  try {
    return await request
  } catch (error) {
    return { ok: false, code: 'unavailable', detail: error instanceof Error ? error.message : String(error) }
  }
}
