/** The browser's storage, or memory for this visit where the browser refuses it. */
import type { SharedSettings } from '../../common/protocol/settings.ts'

export interface BrowserStore {
  read(name: string): string | null
  write(name: string, value: string | null): void
  /** Under which name the storage holds it. */
  keyOf(name: string): string
}

/** `scope` keeps apart what several pages of one origin keep, such as two servers behind one proxy. */
export function createBrowserStore(scope: string, open: () => Storage): BrowserStore {
  const memory = new Map<string, string | null>()
  const key = (name: string): string => `mailbell ${scope} ${name}`
  return {
    keyOf: key,
    read(name) {
      const held = memory.get(name)
      if (held !== undefined) return held
      try {
        return open().getItem(key(name))
      } catch {
        return null
      }
    },
    write(name, value) {
      try {
        if (value === null) open().removeItem(key(name))
        else open().setItem(key(name), value)
        // From here on what another tab writes counts too.
        memory.delete(name)
      } catch {
        // Blocked or full: it holds for this visit.
        memory.set(name, value)
      }
    },
  }
}

/** Calls back when another tab has written it; null where it was taken away. */
export function watchBrowserStore(
  kept: BrowserStore,
  name: string,
  page: Pick<Window, 'addEventListener'>,
  onChange: (value: string | null) => void,
): void {
  page.addEventListener('storage', (event) => {
    if (event.key === kept.keyOf(name)) onChange(event.newValue)
  })
}

export const DEFAULT_SHARED_SETTINGS: SharedSettings = {
  language: 'system',
  theme: 'system',
  notifications: false,
  notificationText: 'mail',
}

/** What is kept may be old or somebody else's: every part that is not understood takes its default. */
export function readSharedSettings(text: string | null): SharedSettings {
  let kept: unknown
  try {
    kept = JSON.parse(text ?? '')
  } catch {
    return DEFAULT_SHARED_SETTINGS
  }
  if (typeof kept !== 'object' || kept === null) return DEFAULT_SHARED_SETTINGS
  const part = new Map<string, unknown>(Object.entries(kept))
  const among = <Value>(values: readonly Value[], name: string, fallback: Value): Value =>
    values.find((value) => value === part.get(name)) ?? fallback
  return {
    language: among(['system', 'en', 'ko'] as const, 'language', DEFAULT_SHARED_SETTINGS.language),
    theme: among(['system', 'light', 'dark'] as const, 'theme', DEFAULT_SHARED_SETTINGS.theme),
    notifications: part.get('notifications') === true,
    notificationText: among(['mail', 'account', 'nothing'] as const, 'notificationText', DEFAULT_SHARED_SETTINGS.notificationText),
  }
}
