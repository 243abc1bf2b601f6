/**
 * Checklist 18: the page is served over app://, not file://, with the state that it first shows. Only files that existed when the app started are served, looked
 * up in a map by their exact path: a request never becomes a path.
 */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { Protocol } from 'electron'
import type { FirstPaint } from './first-paint.ts'
import { hashOf, pageHtml, STYLE_LINK } from './page-html.ts'

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

/** To be called after `ready`. @param pageDir the folder of the built page */
export function serveApp(protocol: Pick<Protocol, 'handle'>, pageDir: string, readFirstPaint: AppPage['readFirstPaint']): void {
  const files = filesUnder(pageDir)
  protocol.handle(SCHEME, (request) => answer({ files, readFirstPaint }, request.method, request.url))
}

interface AppPage {
  /** Paths in the URL to files. */
  readonly files: ReadonlyMap<string, string>
  readonly readFirstPaint: () => Promise<FirstPaint>
}

export async function answer(appPage: AppPage, method: string, url: string): Promise<Response> {
  const { host, pathname } = new URL(url)
  const file = host === HOST ? appPage.files.get(pathname) : undefined
  if (file === undefined) return new Response(null, { status: 404 })
  if (method !== 'GET' && method !== 'HEAD') return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
  const { body, policy } = await (pathname === PAGE_PATH ? readPage(appPage, file) : readFileOf(file))
  return new Response(method === 'HEAD' ? null : body, {
    headers: {
      'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  })
}

interface Content {
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly policy: string
}

const readFileOf = async (file: string): Promise<Content> => ({
  body: new Uint8Array(await readFile(file)),
  policy: CONTENT_SECURITY_POLICY,
})

async function readPage({ files, readFirstPaint }: AppPage, file: string): Promise<Content> {
  const [page, first] = await Promise.all([readFile(file, 'utf8'), readFirstPaint()])
  const styles = files.get(STYLE_LINK.exec(page)?.[1] ?? '')
  const style = styles === undefined ? '' : await readFile(styles, 'utf8')
  return {
    body: pageHtml({ page, style, ...first }),
    policy:
      style === '' ? CONTENT_SECURITY_POLICY : CONTENT_SECURITY_POLICY.replace("style-src 'self'", `style-src 'self' ${hashOf(style)}`),
  }
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
