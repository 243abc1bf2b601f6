/** The number on the icon of the installed page, if the browser supports it (Badging API, W3C). */

export type Badged = Partial<Pick<Navigator, 'setAppBadge' | 'clearAppBadge'>>

/** None for an unknown number, as for 0. Never rejects. */
export async function showBadge(unread: number | null, on: Badged): Promise<void> {
  try {
    if (unread) await on.setAppBadge?.(unread)
    else await on.clearAppBadge?.()
  } catch {
    // Not installed: there is no icon.
  }
}
