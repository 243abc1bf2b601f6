/** The window's page for a browser: a fixed map of the files that exist at the start. Other types are not served. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { etagOf, parseIfNoneMatch } from '../../../common/protocol/headers.ts'
import type { Responder } from '../responder.ts'
import type { Router } from '../router.ts'

/** Without exceptions: the page and the server share an origin. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.json', 'application/json'],
  ['.webmanifest', 'application/manifest+json'],
  ['.woff2', 'font/woff2'],
  ['.txt', 'text/plain; charset=utf-8'],
])

/** Compressed already. */
const BINARY = new Set(['.png', '.ico', '.woff2'])

export type PageFile = Awaited<ReturnType<typeof readPageFile>>

/** @throws the error of the file system if the folder of the built page cannot be read */
export async function readPageFiles(folder: string): Promise<readonly PageFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && TYPES.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(files.map((file) => readPageFile(folder, file)))
}

/** Serves the built page, compressed when a browser first requests it so. */
export function routePage(router: Router, responder: Responder, files: readonly PageFile[]): void {
  for (const { path, hash, headers, body, isText } of files) {
    let compressed: Buffer | null = null
    for (const url of path === '/index.html' ? ['/', path] : [path])
      router.public(url, (req, res) => {
        const match = parseIfNoneMatch(req.headers['if-none-match'] ?? '')
        const isGzip = isText && acceptsGzip(req.headers['accept-encoding'])
        const head = [...headers, 'ETag', etagOf(isGzip ? `${hash}-gzip` : hash), ...(isText ? ['Vary', 'Accept-Encoding'] : [])]
        // A proxy that compresses may append to the tag.
        const isKnown = match !== null && ('any' in match || match.tags.some((tag) => tag.startsWith(hash)))
        if (isKnown) return responder.sendFile(res, 304, head)
        head.push('Content-Type', TYPES.get(extname(path)) ?? '')
        if (!isGzip) return responder.sendFile(res, 200, head, body)
        compressed ??= gzipSync(body)
        responder.sendFile(res, 200, [...head, 'Content-Encoding', 'gzip'], compressed)
      })
  }
}

/** Of an Accept-Encoding header (RFC 9110, section 12.5.3). */
function acceptsGzip(header = ''): boolean {
  const codings = header.split(',').map((coding) =>
    coding
      .toLowerCase()
      .split(';')
      .map((part) => part.trim()),
  )
  const [, weight = 'q=1'] = codings.find(([name]) => name === 'gzip') ?? codings.find(([name]) => name === '*') ?? ['', 'q=0']
  return Number(weight.slice('q='.length)) > 0
}

async function readPageFile(folder: string, file: string) {
  const path = `/${relative(folder, file).split(sep).join('/')}`
  const body = await readFile(file)
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 27)
  // The bundler puts a hash of the content into the names of these.
  const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  const headers = ['Cache-Control', cache, 'Content-Security-Policy', CSP, 'Referrer-Policy', 'no-referrer']
  return { path, hash, headers, body, isText: !BINARY.has(extname(file)) }
}
