import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { preact } from '@preact/preset-vite'
import { defineConfig, type Plugin } from 'vite'

const WORKER = 'service-worker'

/** Inserts the files of the build into the service worker, with a hash of their content as its version. */
function shellOfWorker(publicDir: string): Plugin {
  return {
    name: 'mailbell:shell',
    // After the plugin that writes the page itself.
    enforce: 'post',
    generateBundle(_options, bundle) {
      const isPage = (name: string): boolean => name !== 'index.html' && name !== `${WORKER}.js`
      const still = readdirSync(publicDir)
      const files = [...Object.keys(bundle).filter(isPage), ...still].toSorted()
      const hash = createHash('sha256').update(files.join('\n'))
      for (const name of still) hash.update(readFileSync(join(publicDir, name)))
      const page = bundle['index.html']
      if (page?.type === 'asset') hash.update(page.source)
      const shell = JSON.stringify({ version: hash.digest('hex').slice(0, 16), files })
      const worker = bundle[`${WORKER}.js`]
      if (worker?.type === 'chunk') worker.code = `const SHELL = ${shell}\n${worker.code}`
    },
  }
}

const here = import.meta.dirname

export default defineConfig({
  // Relative, so that the page works over app://, at the root of a server, and under a sub-path of a proxy.
  base: './',
  plugins: [preact({ devToolsEnabled: false }), shellOfWorker(join(here, 'public'))],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // The Content-Security-Policy allows neither inline code nor scripts and fonts from data: URLs.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: { index: join(here, 'index.html'), [WORKER]: join(here, `worker/${WORKER}.ts`) },
      output: { entryFileNames: ({ name }) => (name === WORKER ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
})
