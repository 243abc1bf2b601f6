/** The browser's storage, or memory for this visit if the browser refuses it. */
import { jsonOf } from '../../common/text.ts'
import type { SharedSettings } from '../../common/protocol/settings.ts'
import { DEFAULT_SHARED_SETTINGS, SHARED_VALUES } from '../../common/protocol/shared-values.ts'

/** The name of the stored settings. */
export const SETTINGS = 'preferences'

const PROBE = 'probe'
const PROBE_LENGTH = 100

export type BrowserStore = ReturnType<typeof createBrowserStore>

/** @param scope separates the pages of one origin, such as two servers behind one proxy */
export function createBrowserStore(scope: string, open: () => Storage) {
  const memory = new Map<string, string | null>()
  /** The key in the browser's storage. */
  const keyOf = (name: string): string => `mailbell ${scope} ${name}`
  let storesSignIn: boolean | null = null

  function write(name: string, value: string | null): void {
    try {
      if (value === null) open().removeItem(keyOf(name))
      else open().setItem(keyOf(name), value)
      // From here on, what another tab writes counts as well.
      memory.delete(name)
    } catch {
      // Blocked or full: the value lasts for this visit.
      memory.set(name, value)
    }
  }

  function tryToStore(): boolean {
    write(PROBE, 'x'.repeat(PROBE_LENGTH))
    const isStored = !memory.has(PROBE)
    write(PROBE, null)
    return isStored
  }

  return {
    keyOf,
    read(name: string): string | null {
      const unsaved = memory.get(name)
      if (unsaved !== undefined) return unsaved
      try {
        return open().getItem(keyOf(name))
      } catch {
        return null
      }
    },
    write,
    /** Whether a token outlives this visit. */
    storesSignIn: (): boolean => (storesSignIn ??= tryToStore()),
  }
}

/** Calls back when another tab has written the value; null if that tab removed it. */
export function watchBrowserStore(
  store: BrowserStore,
  name: string,
  page: Pick<Window, 'addEventListener'>,
  onChange: (value: string | null) => void,
): void {
  page.addEventListener('storage', (event) => {
    if (event.key === store.keyOf(name)) onChange(event.newValue)
  })
}

/** A page notifies once the browser permits it. */
const DEFAULTS: SharedSettings = { ...DEFAULT_SHARED_SETTINGS, notifications: false }

/** The stored text may be old or foreign: each setting that is not valid takes its default. */
export function readSharedSettings(store: BrowserStore): SharedSettings {
  const stored = Object.entries(jsonOf(store.read(SETTINGS) ?? '') ?? {})
  const values = new Map<string, readonly unknown[]>(Object.entries(SHARED_VALUES))
  const valid = stored.filter(([name, value]) => values.get(name)?.includes(value))
  return { ...DEFAULTS, ...Object.fromEntries(valid) }
}
