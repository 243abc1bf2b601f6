/**
 * The first watch of a directory makes Linux mark every name that it has cached, in one system call: 7 ms for 100,000 names. So
 * another thread adds that watch, while the event loop does other work; further watches find the names marked. (Linux before 6.11
 * marks them again for each watch.)
 */
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createSerialQueue } from '../../../../common/async/serial-queue.ts'

/** Size of a directory, in bytes, beyond which its names take longer to mark than a thread takes to start: about 10,000 names. */
const LARGE_BYTES = 1_048_576
const START_MS = 5_000

/** Watches the directory until it receives a message. */
const MARKER = `
const { parentPort, workerData } = require('node:worker_threads')
const watcher = require('node:fs').watch(workerData, () => {})
parentPort.once('message', () => watcher.close())
parentPort.postMessage('marked')
`

type Marker = Pick<Worker, 'postMessage'>

/** @throws where the system starts no further thread, or does not watch the directory */
async function startMarker(path: string): Promise<Marker> {
  const marker = new Worker(MARKER, { eval: true, workerData: path })
  marker.on('error', () => undefined)
  await once(marker, 'message')
  return marker
}

interface MarkOptions {
  /** True once the caller is closed; no thread starts then. */
  readonly isClosed: () => boolean
  readonly largeBytes?: number
  /** A file share may never answer. */
  readonly startMs?: number
  readonly start?: (path: string) => Promise<Marker>
}

/** One at a time, for the whole process: a thread takes megabytes, and the accounts of a server start together. */
const enqueue = createSerialQueue()

/** Calls `watch`, which adds watches of the directory at `path`, while the names in it are marked. @throws what `watch` throws */
export async function withNamesMarked<T>(
  path: string,
  watch: () => T,
  { isClosed, largeBytes = LARGE_BYTES, startMs = START_MS, start = startMarker }: MarkOptions,
): Promise<T> {
  if (process.platform !== 'linux' || !(await isAtLeast(path, largeBytes))) return watch()
  return await enqueue(async () => {
    // Without it, the watch marks the names itself, or says why there is none.
    const started = isClosed() ? null : start(path).catch(() => null)
    await Promise.race([started, delay(startMs, null, { ref: false })])
    try {
      return watch()
    } finally {
      void started?.then((marker) => marker?.postMessage('watched'))
    }
  })
}

/** False also where the system does not say. */
const isAtLeast = (path: string, bytes: number): Promise<boolean> =>
  stat(path).then(
    ({ size }) => size >= bytes,
    () => false,
  )
