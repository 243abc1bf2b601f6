/** `node --import register.ts dist/main/main.js`: makes `electron` mean the host, for whoever imports it. */
import { registerHooks } from 'node:module'

const hostUrl = new URL('electron.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: hostUrl, format: 'module-typescript', shortCircuit: true } : next(specifier, context),
})
