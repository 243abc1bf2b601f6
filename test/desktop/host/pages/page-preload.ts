/** The script that runs in a page before the page's own: the preload, with the part of `electron` that a sandbox allows. */

/** The name of the page's function that calls the app; the page's own code does not use it. */
export const HOST_FUNCTION = '__mailbellHost'
/** The name of the page's function that receives the app's messages. */
export const DELIVER_FUNCTION = '__mailbellDeliver'

export function preloadScript(preload: string): string {
  return `(() => {
  if (window !== window.top) return
  const listeners = new Map()
  const clone = (value) => value === undefined ? undefined : structuredClone(value)
  const ipcRenderer = {
    async invoke(channel, ...args) {
      const answer = await window.${HOST_FUNCTION}({ channel, args: clone(args) })
      if ('error' in answer) throw new Error("Error invoking remote method '" + channel + "': " + answer.error)
      return answer.value
    },
    on(channel, listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return this
    },
    off(channel, listener) {
      listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== listener))
      return this
    },
  }
  Object.defineProperty(window, '${DELIVER_FUNCTION}', {
    value: (channel, args) => (listeners.get(channel) ?? []).forEach((listener) => listener({}, ...args)),
  })
  const contextBridge = {
    exposeInMainWorld(name, api) {
      Object.defineProperty(window, name, { value: Object.freeze({ ...api }), enumerable: true })
    },
  }
  const require = (name) => {
    if (name !== 'electron') throw new Error('A sandboxed preload cannot require ' + name)
    return { contextBridge, ipcRenderer }
  }
  const module = { exports: {} }
  ;(function (exports, require, module) {
${preload}
  })(module.exports, require, module)
})()`
}
