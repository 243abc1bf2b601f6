/** The app's state as the window sees it: put together here from its parts, and told to whoever listens. */
import type { Notice, Preferences, ServerView, TryStep, WindowState } from './ipc.ts'
import { languageOf } from './language.ts'

interface StateParts {
  readonly servers: readonly ServerView[]
  readonly preferences: Preferences
  readonly managedAccounts: readonly string[]
  readonly trying?: TryStep | undefined
}

export interface AppState {
  readonly current: WindowState
  update(change: Partial<StateParts>): void
  addNotice(notice: Notice): void
  dismissNotice(id: Notice['id']): void
  /** Calls `listener` after every change, and once now; returns what ends that. */
  onChange(listener: (state: WindowState) => void): () => void
}

export interface StateDeps extends StateParts {
  /** BCP 47, the most wanted first. */
  readonly systemLanguages: readonly string[]
  readonly version: string
}

export function createState({ systemLanguages, version, ...parts }: StateDeps): AppState {
  const listeners = new Set<(state: WindowState) => void>()
  const languageFor = (preferences: Preferences) => languageOf(preferences.language, systemLanguages)
  let current: WindowState = { ...parts, language: languageFor(parts.preferences), notices: [], canManage: true, version }

  function become(next: WindowState): void {
    current = next
    for (const listener of listeners) listener(next)
  }

  return {
    get current() {
      return current
    },
    update(change) {
      const { preferences } = change
      become({ ...current, ...change, ...(preferences && { language: languageFor(preferences) }) })
    },
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
