/**
 * Checklist 18: the page comes over app://, not file://. Only files that were there when the app started are given
 * out, looked up in a map by their exact path: a request is never turned into a path.
 */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { Protocol } from 'electron'
import { CONTENT_SECURITY_POLICY } from './security/content-security-policy.ts'

const SCHEME = 'app'
const HOST = 'mailbell'
/** The origin of our page, as a frame names it. */
export const APP_ORIGIN = `${SCHEME}://${HOST}`
export const PAGE_URL = `${APP_ORIGIN}/index.html`

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Once, before `ready`. */
export function registerAppScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }])
}

/** After `ready`. `pageDir` is the folder of the built page. */
export function serveApp(protocol: Pick<Protocol, 'handle'>, pageDir: string): void {
  const files = filesUnder(pageDir)
  protocol.handle(SCHEME, (request) => answer(files, request.method, request.url))
}

/** What a request is answered, from the map of paths to files. */
export async function answer(files: ReadonlyMap<string, string>, method: string, url: string): Promise<Response> {
  const { host, pathname } = new URL(url)
  const file = host === HOST ? files.get(pathname) : undefined
  if (file === undefined) return new Response(null, { status: 404 })
  if (method !== 'GET' && method !== 'HEAD') return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
  const body = method === 'HEAD' ? null : new Uint8Array(await readFile(file))
  return new Response(body, {
    headers: {
      'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  })
}

/** Every file below `dir`, by the path that its address has. */
export function filesUnder(dir: string): ReadonlyMap<string, string> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true })
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [`/${relative(dir, file).split(sep).map(encodeURIComponent).join('/')}`, file]),
  )
}
