/** The number on the icon of the installed page, where the browser supports it (Badging API, W3C). */

/** The part of `navigator` that this uses. */
export interface Badged {
  readonly setAppBadge?: (unread: number) => Promise<void>
  readonly clearAppBadge?: () => Promise<void>
}

/** None for an unknown number, as for 0. Never rejects. */
export async function showBadge(unread: number | null, on: Badged): Promise<void> {
  try {
    if (unread) await on.setAppBadge?.(unread)
    else await on.clearAppBadge?.()
  } catch {
    // Not installed: there is no icon.
  }
}
