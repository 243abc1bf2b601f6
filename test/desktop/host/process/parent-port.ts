/**
 * In the server's process: the platform of the scenario, which this file's URL names, and `process.parentPort` over the
 * channel of child_process; messages wait for a listener.
 */
import { EventEmitter } from 'node:events'

Object.defineProperty(process, 'platform', { value: new URL(import.meta.url).searchParams.get('platform') })

const port = Object.assign(new EventEmitter(), { postMessage: (message: unknown) => void process.send?.(message) })
const early: unknown[] = []

process.on('message', (data) => {
  if (port.listenerCount('message') === 0) early.push(data)
  else port.emit('message', { data, ports: [] })
})
port.on('newListener', (event) => {
  if (event !== 'message') return
  setImmediate(() => {
    for (const data of early.splice(0)) port.emit('message', { data, ports: [] })
  })
})
// Electron ends its helpers with the app.
process.on('disconnect', () => process.exit(1))

Object.defineProperty(process, 'parentPort', { value: port })
