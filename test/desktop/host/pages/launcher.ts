/** Opens pages at their URL, as Electron does; Playwright's `newPage` first loads `about:blank`, in a renderer of its own. */
import type { BrowserContext, Page } from 'playwright-core'
import { createSerialQueue } from '../../../../common/async/serial-queue.ts'

export interface Launcher {
  /** Resolves when the first response has arrived. Only the routes of the context apply to it. */
  open(url: string): Promise<Page>
}

export async function createLauncher(context: BrowserContext): Promise<Launcher> {
  const launcher = context.pages()[0] ?? (await context.newPage())
  // One at a time: the event does not say which call it belongs to.
  const inTurn = createSerialQueue()

  async function open(url: string): Promise<Page> {
    const opened = context.waitForEvent('page')
    const [page] = await Promise.all([opened, launcher.evaluate((target) => void window.open(target, '_blank', 'noopener'), url)])
    return page
  }

  return { open: (url) => inTurn(() => open(url)) }
}
