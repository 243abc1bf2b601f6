/**
 * Checklist 18: the page is served over app://, not file://, with the state that it first shows. Only files that existed when the app started are served, looked
 * up in a map by their exact path: a request never becomes a path.
 */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { Protocol } from 'electron'
import type { DesktopWindowState } from '../../common/protocol/window-state.ts'

const SCHEME = 'app'
const HOST = 'mailbell'
/** The `origin` of the page's frame. */
export const APP_ORIGIN = `${SCHEME}://${HOST}`
const PAGE_PATH = '/index.html'
export const PAGE_URL = `${APP_ORIGIN}${PAGE_PATH}`

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Checklist 7: the page loads only files of the app. `connect-src 'none'` works because all data arrives over IPC. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** To be called before `ready`. */
export function registerAppScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

export type ReadState = () => DesktopWindowState

/** To be called after `ready`. @param pageDir the folder of the built page */
export function serveApp(protocol: Pick<Protocol, 'handle'>, pageDir: string, readState: ReadState): void {
  const files = filesUnder(pageDir)
  protocol.handle(SCHEME, (request) => answer({ files, readState }, request.method, request.url))
}

interface AppPage {
  /** Paths in the URL to files. */
  readonly files: ReadonlyMap<string, string>
  /** What the first paint of the page shows. */
  readonly readState: ReadState
}

export async function answer({ files, readState }: AppPage, method: string, url: string): Promise<Response> {
  const { host, pathname } = new URL(url)
  const file = host === HOST ? files.get(pathname) : undefined
  if (file === undefined) return new Response(null, { status: 404 })
  if (method !== 'GET' && method !== 'HEAD') return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
  const body = await readFile(file)
  const content = pathname === PAGE_PATH ? withState(body.toString(), readState()) : new Uint8Array(body)
  return new Response(method === 'HEAD' ? null : content, {
    headers: {
      'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  })
}

/** A data block, which no Content-Security-Policy applies to (HTML Standard, "The script element"). */
function withState(page: string, state: DesktopWindowState): string {
  const json = JSON.stringify(state).replaceAll('<', String.raw`\u003c`)
  return page.replace('</head>', () => `<script type="application/json" id="state">${json}</script></head>`)
}

/** All files below `dir`, by the path in their URL. */
export function filesUnder(dir: string): ReadonlyMap<string, string> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true })
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [`/${relative(dir, file).split(sep).map(encodeURIComponent).join('/')}`, file]),
  )
}
