import { EventEmitter } from 'node:events'

// oxlint-disable-next-line typescript/no-explicit-any -- as in Electron's own typings: each event has its arguments
type Listener = (...args: any[]) => void

/**
 * Node's EventEmitter, as the base of Electron's objects. The compiler does not check `on` of each object: its typings
 * return the whole Electron object, which the host does not have.
 */
export class HostEmitter {
  readonly emitter = new EventEmitter()

  on(event: string, listener: Listener): this {
    this.emitter.on(event, listener)
    return this
  }
  once(event: string, listener: Listener): this {
    this.emitter.once(event, listener)
    return this
  }
  off(event: string, listener: Listener): this {
    this.emitter.off(event, listener)
    return this
  }
  removeListener(event: string, listener: Listener): this {
    return this.off(event, listener)
  }
  emit(event: string, ...args: unknown[]): boolean {
    return this.emitter.emit(event, ...args)
  }
  listenerCount(event: string): number {
    return this.emitter.listenerCount(event)
  }
}
