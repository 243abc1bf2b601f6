/**
 * The page in a browser before its client is loaded: what the browser has stored is enough for the first paint. Requests
 * that are made meanwhile wait for the client.
 */
import { namesCredential } from '../../common/model/credentials.ts'
import { DEFAULT_READER_SETTINGS } from '../../common/protocol/shared-values.ts'
import type { Bridge } from '../../common/protocol/bridge.ts'
import { afterPaint } from '../after-paint.ts'
import type { OpenBridge } from '../bridge.ts'
import { pageStateOf, SIGNED_OUT } from './page-state.ts'
import { createBrowserStore, readSharedSettings } from './stored.ts'
import { storedToken } from './token.ts'

export function openPage(show: (opened: OpenBridge) => void): void {
  const base = new URL('.', document.baseURI)
  const store = createBrowserStore(base.pathname, () => window.localStorage)
  // The client's code would compete with the first one for a slow connection.
  const client = afterPaint()
    .then(() => import('./open.ts'))
    .then(({ openBrowserBridge }) => openBrowserBridge(base, store))
  const isSignedOut = storedToken(store) === null
  const state = pageStateOf({
    view: isSignedOut ? SIGNED_OUT : { link: { phase: 'connecting' }, accounts: null },
    settings: readSharedSettings(store),
    readerSettings: DEFAULT_READER_SETTINGS,
    info: null,
    check: { isRunning: false, endedAtMs: null },
    store,
    signInLink: namesCredential(location.hash) ? { kind: 'checking' } : null,
    manage: null,
  })
  show({ bridge: forwardTo(client), state })
  // If the code cannot be loaded, the page says so: its `readState` rejects.
  client.then(
    (bridge) => show({ bridge, state }),
    () => undefined,
  )
}

/** Each request waits for the bridge that is loaded. */
function forwardTo(client: Promise<Bridge>): Bridge {
  const own = { desktop: null, page: null, onState: () => () => undefined }
  const forward =
    (name: string | symbol) =>
    async (...payload: unknown[]): Promise<unknown> =>
      Reflect.get(await client, name)(...payload)
  return new Proxy(own as unknown as Bridge, { get: (target, name) => (name in target ? Reflect.get(target, name) : forward(name)) })
}
