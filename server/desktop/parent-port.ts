import type { WorkerCommand, WorkerEvent } from '../../common/protocol/worker.ts'

/** What the server uses of Electron's `process.parentPort`; it imports nothing of Electron. */
interface ParentPort {
  on(event: 'message', listener: (message: { readonly data: WorkerCommand }) => void): unknown
  postMessage(event: WorkerEvent): void
}

export function parentPortOf(host: NodeJS.Process & { readonly parentPort?: ParentPort }): ParentPort {
  if (host.parentPort) return host.parentPort
  throw new Error('This is the server of the desktop app, which starts it; to run a server of its own, use `mailbell serve`.')
}
