/**
 * How the programs that run on Node are bundled, with all packages that they import: an installed server has the versions
 * of the lock file, and a command reads few files. The code stays readable, for stack traces.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InlineConfig, type Plugin, transformWithOxc } from 'vite'
import { writeNotices } from './notices.ts'

const root = join(import.meta.dirname, '..')

export interface Program {
  /** The folder of its files in dist. */
  readonly folder: string
  /** Names of files in that folder, and their sources. */
  readonly entries: Readonly<Record<string, string>>
  /** Packages that stay outside. */
  readonly external: readonly string[]
  readonly plugins?: readonly Plugin[]
}

/** Modules of Node that packages load at start and Mailbell uses nothing of: several megabytes of memory. */
const UNUSED = [
  // For servers that Fastify would make itself.
  { importer: '/fastify/lib/server.js', modules: ['node:https', 'node:http2'] },
  // For schemas of routes, and for tests of them.
  { importer: '/fastify/lib/schema-controller.js', modules: ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'] },
  { importer: '/fastify/fastify.js', modules: ['light-my-request'] },
  // For log lines that are written in a thread.
  { importer: '/pino/lib/transport.js', modules: ['thread-stream', 'on-exit-leak-free'] },
  // For a push gateway.
  { importer: '/prom-client/lib/pushgateway.js', modules: ['https', 'zlib'] },
]

const EMPTY = '\0empty'

const omitUnused: Plugin = {
  name: 'mailbell:omit-unused',
  enforce: 'pre',
  resolveId: (id, importer = '') =>
    UNUSED.some((entry) => importer.endsWith(entry.importer) && entry.modules.includes(id)) ? EMPTY : undefined,
  load: (id) => (id === EMPTY ? 'module.exports = {}' : undefined),
}

/**
 * A name that is imported from `node:http` reads all that it exports, and so loads fetch, HTTP/2 and TLS: 13 MB of memory.
 * @throws Error for a form of import that it does not know
 */
function withoutHttpExports(code: string): string {
  const rewritten = code.replaceAll(
    /^import (?:([\w$]+),? )?(?:\{([^}]*)\} )?(?:\* as ([\w$]+) )?from "(?:node:)?http";$/gm,
    (_, ...groups) => {
      const [name, names, namespace] = groups
      const http = 'process.getBuiltinModule("node:http")'
      const constants = [name, namespace, names && `{${String(names).replaceAll(' as ', ': ')}}`].filter(Boolean)
      return constants.map((constant) => `const ${constant} = ${http};`).join(' ')
    },
  )
  if (/^import\b[^;]*"(?:node:)?http";$/m.test(rewritten)) throw new Error('An import of node:http is in another form.')
  return rewritten
}

/** Node keeps a file with one character beyond Latin-1, and one of more than 1 MB beyond ASCII, at two bytes a character. */
const escaped = (code: string): string =>
  code.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const saveMemory: Plugin = {
  name: 'mailbell:save-memory',
  enforce: 'post',
  generateBundle(_options, files) {
    for (const file of Object.values(files)) if (file.type === 'chunk') file.code = escaped(withoutHttpExports(file.code))
  },
}

export const bundleOf = ({ folder, entries, external, plugins = [] }: Program): InlineConfig => ({
  configFile: false,
  root,
  logLevel: 'warn',
  // As in the tsconfig, which Vite does not find in a folder whose name has brackets.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [...plugins, omitUnused, saveMemory, writeNotices(join(root, `dist/notices/${folder}.txt`))],
  ssr: { noExternal: true, external: [...external] },
  build: {
    ssr: true,
    outDir: `dist/${folder}`,
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { ...entries },
      external: [...external],
      // All chunks are in one folder, in which an `import.meta.url` of a file of the source's folder is right as well.
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        // Node keeps the text of what it has loaded.
        comments: { legal: true, annotation: false, jsdoc: false },
      },
    },
  },
})

/** The preload is one CommonJS file that requires only `electron`: its types are removed, and nothing else. */
const preload: Plugin = {
  name: 'mailbell:preload',
  async generateBundle() {
    const { code } = await transformWithOxc(readFileSync(join(root, 'main/preload.cts'), 'utf8'), 'preload.ts')
    // The transform marks a file with an `import type` as a module.
    this.emitFile({ type: 'asset', fileName: 'preload.cjs', source: code.replace(/^export \{\};$/m, '') })
  },
}

export const PROGRAMS: readonly Program[] = [
  {
    folder: 'server',
    entries: { 'cli/main': 'server/cli/main.ts', worker: 'server/worker.ts', 'sql-reader': 'server/sql-reader.ts' },
    external: [],
  },
  {
    folder: 'main',
    // The app loads the second one by its path when a page is requested, also for a hidden preload.
    entries: { main: 'main/main.ts', 'first-paint': 'renderer/first-paint.tsx' },
    // The rasteriser is a native module; what updates the app comes from Electron's packager.
    external: ['electron', '@resvg/resvg-js'],
    plugins: [preload],
  },
]
