import { preact } from '@preact/preset-vite'
import { defineConfig } from 'vite'

export default defineConfig({
  // Relative, so that the page works over app://, at the root of a server, and under a sub-path of a proxy.
  base: './',
  plugins: [preact({ devToolsEnabled: false })],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // The Content-Security-Policy knows neither inline code nor data: scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
