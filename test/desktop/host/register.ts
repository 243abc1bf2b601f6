/**
 * `node --import register.ts dist/main/main.js`: makes every import of `electron` resolve to the host, and the platform that of
 * the scenario, before the app reads it.
 */
import { rmSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { Server } from 'node:net'
import { join } from 'node:path'
import { scenario } from './scenario.ts'

const { platform, packaged, home, hastyMs } = scenario
// Native code is that of this machine, and is chosen when it is first loaded.
if (platform !== process.platform) createRequire(import.meta.url)('@resvg/resvg-js')
Object.defineProperty(process, 'platform', { value: platform })
Object.defineProperty(process, 'resourcesPath', { value: join(home, 'resources') })
// An installed app is its own program: no path to the app follows.
if (packaged) process.argv.splice(1, 1)

// A named pipe of Windows is a socket in the home here, which does not outlive the app there.
const PIPES = '\\\\.\\pipe\\'
Object.assign(Server.prototype, {
  listen: new Proxy(Server.prototype.listen, {
    apply(target, server, [at, ...rest]: unknown[]) {
      const isPipe = typeof at === 'string' && at.startsWith(PIPES)
      const place = isPipe ? join(home, at.slice(PIPES.length)) : at
      if (isPipe) rmSync(String(place), { force: true })
      return Reflect.apply(target, server, [place, ...rest])
    },
  }),
})

// Affects only the app's own timers.
if (hastyMs !== null) {
  const patient = globalThis.setTimeout
  const hasty = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): NodeJS.Timeout =>
    patient(callback, ms >= hastyMs ? 200 : ms, ...args)
  globalThis.setTimeout = Object.assign(hasty, patient)
}

const hostUrl = new URL('electron.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: hostUrl, format: 'module-typescript', shortCircuit: true } : next(specifier, context),
})
