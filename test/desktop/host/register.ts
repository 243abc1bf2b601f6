/** `node --import register.ts dist/main/main.js`: makes every import of `electron` resolve to the host. */
import { registerHooks } from 'node:module'
import { scenario } from './scenario.ts'

const HASTY_MS = 240_000

// Affects only the app's own timers: those of minutes fire at once.
if (scenario.hasty) {
  const patient = globalThis.setTimeout
  const hasty = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): NodeJS.Timeout =>
    patient(callback, ms >= HASTY_MS ? 200 : ms, ...args)
  globalThis.setTimeout = Object.assign(hasty, patient)
}

const hostUrl = new URL('electron.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: hostUrl, format: 'module-typescript', shortCircuit: true } : next(specifier, context),
})
