/**
 * The service worker of the page. It caches the files of the build only, so that the page opens at once and without a
 * network. Requests to the API, and so the token, pass it by.
 */
/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope
/** Every file of the build, and a hash of them all; vite.config.ts inserts them. */
declare const SHELL: { readonly version: string; readonly files: readonly string[] }

const { scope } = self.registration
const PREFIX = `mailbell shell ${new URL(scope).pathname} `
const NAME = PREFIX + SHELL.version
const files = new Set(SHELL.files.map((file) => new URL(file, scope).href))

self.addEventListener('install', (event) => event.waitUntil(cacheShell()))
self.addEventListener('activate', (event) => event.waitUntil(takeOver()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  const [address = ''] = request.url.split(/[?#]/, 1)
  if (request.mode === 'navigate' && (address === scope || address === `${scope}index.html`)) event.respondWith(page(request))
  else if (files.has(address)) event.respondWith(file(request))
})
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data))
})

/** All files or none: with one missing, the page would be blank. */
async function cacheShell(): Promise<void> {
  const cache = await caches.open(NAME)
  await cache.addAll([scope, ...files].map((url) => new Request(url, { cache: 'no-cache' })))
  await self.skipWaiting()
}

/** File names contain a hash, so that a page of the previous version keeps working with its own files. */
async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name)
  await self.clients.claim()
}

/** The latest page if the server responds, else the cached one. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const cached = await caches.match(scope, { cacheName: NAME })
    if (cached) return cached
    throw error
  }
}

const file = async (request: Request): Promise<Response> =>
  (await caches.match(request.url.split(/[?#]/, 1)[0] ?? '', { cacheName: NAME })) ?? fetch(request)

/** The message itself, or the page, which may be open already. */
async function open(data: unknown): Promise<void> {
  if (typeof data === 'string' && /^https?:/.test(data)) {
    await self.clients.openWindow(data)
    return
  }
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const there = windows.find(({ url }) => url.startsWith(scope))
  if (there) await there.focus()
  else await self.clients.openWindow(scope)
}
