/** The app's state as the window sees it: put together here from its parts, and told to whoever listens. */
import type { DesktopState, DesktopWindowState, Notice, ServerView } from '../common/protocol/window-state.ts'
import type { SharedSettings } from '../common/protocol/settings.ts'
import { languageOf } from './settings/language.ts'

interface StateParts {
  readonly servers: readonly ServerView[]
  readonly sharedSettings: SharedSettings
}

export interface AppState {
  readonly current: DesktopWindowState
  update(change: Partial<StateParts>): void
  updateDesktop(change: Partial<DesktopState>): void
  addNotice(notice: Notice): void
  dismissNotice(id: Notice['id']): void
  /** Calls `listener` after every change, and once now; returns what ends that. */
  onChange(listener: (state: DesktopWindowState) => void): () => void
}

export interface StateDeps extends StateParts {
  /** BCP 47, the most wanted first. */
  readonly systemLanguages: readonly string[]
  readonly version: string
  readonly desktop: DesktopState
}

export function createState({ systemLanguages, version, desktop, ...parts }: StateDeps): AppState {
  const listeners = new Set<(state: DesktopWindowState) => void>()
  const languageFor = (sharedSettings: SharedSettings) => languageOf(sharedSettings.language, systemLanguages)
  let current: DesktopWindowState = {
    ...parts,
    language: languageFor(parts.sharedSettings),
    notices: [],
    version,
    desktop,
  }

  function become(next: typeof current): void {
    current = next
    for (const listener of listeners) listener(next)
  }

  return {
    get current() {
      return current
    },
    update(change) {
      const { sharedSettings } = change
      become({ ...current, ...change, ...(sharedSettings && { language: languageFor(sharedSettings) }) })
    },
    updateDesktop: (change) => become({ ...current, desktop: { ...current.desktop, ...change } }),
    addNotice(notice) {
      become({ ...current, notices: [...current.notices.filter(({ id }) => id !== notice.id), notice] })
    },
    dismissNotice(id) {
      become({ ...current, notices: current.notices.filter((notice) => notice.id !== id) })
    },
    onChange(listener) {
      listeners.add(listener)
      listener(current)
      return () => void listeners.delete(listener)
    },
  }
}
