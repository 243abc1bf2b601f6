/**
 * The process that reads a database for the sql source. The server does not wait while a million rows are compared, or
 * while SQLite, which blocks, searches for one.
 */
import type { ToReader } from './sources/sql/messages.ts'
import { createReaderSession } from './sources/sql/reader-session.ts'

// Signals to the group or the service are for the server, which ends this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit())
const { answer } = createReaderSession((message) => void process.send?.(message))
process.on('message', (request) => void answer(request as ToReader))
