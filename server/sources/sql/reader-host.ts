/**
 * Where a reader runs: in a process of its own. It is ended when a query does not keep its time limit: SQLite cannot be
 * interrupted otherwise, and a thread would go on until its query ends.
 *
 * In the desktop app it runs beside the server: packages of the app run no other program as Node (the fuse `runAsNode`), and
 * the one database there is the small demo mailbox.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { SourceError } from '../source.ts'
import type { FromReader, ToReader } from './messages.ts'
import { createReaderSession } from './reader-session.ts'

interface ReaderHost {
  send(request: ToReader): void
  /** Resolves once nothing of it is left. */
  stop(): Promise<void>
}

interface HostEvents {
  readonly receive: (message: FromReader) => void
  /** It does not run, or no longer. */
  readonly fail: (error: SourceError) => void
}

export type StartHost = (events: HostEvents) => ReaderHost

const SIGNALLED = 'ended by the system'

/** A bundle has it beside this code. */
const entry = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../sql-reader.ts' : './sql-reader.js', import.meta.url))

const startProcess: StartHost = ({ receive, fail }) => {
  const child = fork(entry, [], { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const exited = once(child, 'close').catch(() => undefined)
  const failed = (what: string): void => fail(new SourceError('network', `The process that reads the database ${what}`))
  child.on('message', (message) => receive(message as FromReader))
  child.on('error', (error) => failed(`cannot be started (${error.message}).`))
  child.on('exit', (code, by) => failed(`was ${code === null ? `${SIGNALLED} (${by})` : `left with ${code}`}; starting it again.`))
  return {
    send: (request) => void child.send(request, (error) => error && failed(`cannot be reached (${error.message}).`)),
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

export const startBeside: StartHost = ({ receive }) => {
  const session = createReaderSession(receive)
  return {
    send: (request) => void session.answer(request),
    stop: async () => session.close(),
  }
}

const { electron } = process.versions
export const startHost: StartHost = electron === undefined ? startProcess : startBeside
