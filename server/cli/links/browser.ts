/** Opens the person's browser. */
import { execFile } from 'node:child_process'

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** @param url other users of this machine may see it for a moment. Where no browser can be opened, the person copies it. */
export function openInBrowser(url: string): void {
  if (process.env['MAILBELL_NO_BROWSER']) return
  const [program = '', ...args] = OPENERS[process.platform] ?? ['xdg-open']
  execFile(program, [...args, url], () => undefined)
}
