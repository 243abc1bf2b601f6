/** The service worker: caches the page's shell, and shows notifications where a page may not. */
export type ShellWorker = ReturnType<typeof registerShellWorker>

/** Null if there are no service workers, as outside of a secure context: the page works without one. */
export function registerShellWorker(base: URL) {
  if (!('serviceWorker' in navigator)) return null
  const registration = navigator.serviceWorker
    .register(new URL('service-worker.js', base), { scope: base.pathname, updateViaCache: 'none' })
    .catch(() => null)
  return {
    /** For browsers where only a worker may show a notification (Android). */
    show: (title: string, options: NotificationOptions): void => void registration.then((found) => found?.showNotification(title, options)),
  }
}

/** What makes the page installable, only if a server serves it. */
export function offerInstall(document: Document, base: URL): void {
  const link = document.createElement('link')
  link.rel = 'manifest'
  link.href = new URL('manifest.webmanifest', base).href
  document.head.append(link)
}
