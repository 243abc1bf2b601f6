/** The window's page for a browser: an explicit map of the files that were there at the start, and nothing else. */
import type { FastifyInstance } from 'fastify'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { parseIfNoneMatch } from '../../../common/protocol/wire.ts'
import type { Answers, HeaderList } from '../answers.ts'

interface PageFile {
  /** The path it is served at. */
  readonly path: string
  readonly etag: string
  readonly headers: HeaderList
  readonly body: Uint8Array
}

/** No exception in it; the page is one origin with the server it asks. */
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

/**
 * Reads the built page. Files of a kind that is not listed above are not served.
 * @throws the error of the file system where the folder cannot be read.
 */
export async function readPage(folder: string): Promise<readonly PageFile[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = await Promise.all(
    found.map(async (entry) => {
      const type = TYPES.get(extname(entry.name))
      if (!entry.isFile() || type === undefined) return []
      const file = join(entry.parentPath, entry.name)
      const path = `/${relative(folder, file).split(sep).join('/')}`
      const body = await readFile(file)
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
      // The bundler puts a hash of the content into the names of these.
      const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
      const headers = [
        'Content-Type',
        type,
        'Cache-Control',
        cache,
        'ETag',
        etag,
        'Content-Security-Policy',
        CSP,
        'Referrer-Policy',
        'no-referrer',
      ]
      return [{ path, etag, headers, body }]
    }),
  )
  return files.flat()
}

export function routePage(app: FastifyInstance, answers: Answers, files: readonly PageFile[]): void {
  for (const file of files) {
    const paths = file.path === '/index.html' ? ['/', '/index.html'] : [file.path]
    for (const path of paths) {
      app.get(path, (request, reply) => {
        reply.hijack()
        const has = parseIfNoneMatch(request.headers['if-none-match'] ?? '')
        const known = has !== null && ('any' in has || has.tags.includes(file.etag.slice(1, -1)))
        if (known) answers.sendFile(reply.raw, 304, file.headers.slice(2))
        else answers.sendFile(reply.raw, 200, file.headers, file.body)
      })
    }
  }
}
