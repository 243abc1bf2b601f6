import { EventEmitter } from 'node:events'

type Listener = (...args: never[]) => void

/** Node's EventEmitter with the shape that Electron's typings give their emitters. */
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
