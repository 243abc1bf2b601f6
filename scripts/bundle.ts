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
  /** The folder of its sources, and of its files in dist. */
  readonly folder: string
  /** Source files in that folder, without extension. */
  readonly entries: readonly string[]
  /** Packages that stay outside. */
  readonly external: readonly string[]
  readonly plugins?: readonly Plugin[]
}

export const bundleOf = ({ folder, entries, external, plugins = [] }: Program): InlineConfig => ({
  configFile: false,
  root,
  logLevel: 'warn',
  plugins: [...plugins, writeNotices(join(root, `dist/notices/${folder}.txt`))],
  ssr: { noExternal: true, external: [...external] },
  build: {
    ssr: true,
    outDir: `dist/${folder}`,
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(entries.map((entry) => [entry, join(root, folder, `${entry}.ts`)])),
      external: [...external],
      // All chunks are in one folder, in which an `import.meta.url` of a file of the source's folder is right as well.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
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
  { folder: 'server', entries: ['cli/main', 'worker', 'sql-reader'], external: [] },
  // The rasteriser is a native module; what updates the app comes from Electron's packager.
  { folder: 'main', entries: ['main'], external: ['electron', '@resvg/resvg-js'], plugins: [preload] },
]
