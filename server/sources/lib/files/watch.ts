/**
 * A watch of the system for changes of files, and the cases in which it misses some: no watches left, lost events, and
 * shares, of which it reports only the changes by this machine.
 */
import { type FSWatcher, readFileSync, watch } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { errorCodeOf } from '../../../../common/errors.ts'
import { newTurn } from '../../../platform/turns.ts'

export interface Watch {
  /** False once it failed: it reports nothing more. */
  readonly isAlive: boolean
  close(): void
}

export interface WatchListener {
  /** A name came or went (`rename`), or its content or mode changed (`change`). */
  onEvent(event: 'rename' | 'change', name: string): void
  /** Anything may have changed. */
  onAnything(): void
}

/** inotify has no watch left (ENOSPC) or no further instance (EMFILE). */
const NO_MORE = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])

/** Stands in a decoded name that is not UTF-8: no path leads back to it. */
export const UNDECODED = '\ufffd'

/**
 * Null where the system watches no more files.
 * @throws the system's error where there is nothing at `path`
 */
export function startWatch(path: string, listener: WatchListener, { recursive = false } = {}): Watch | null {
  let watcher: FSWatcher
  try {
    watcher = watch(path, { recursive }, (event, name) => {
      countEvent()
      if (name === null || name.includes(UNDECODED)) listener.onAnything()
      else listener.onEvent(event, name)
    })
  } catch (error) {
    if (NO_MORE.has(errorCodeOf(error))) return null
    throw error
  }
  let isAlive = true
  watcher.on('error', () => {
    isAlive = false
    listener.onAnything()
  })
  listeners.add(listener)
  return {
    get isAlive() {
      return isAlive
    },
    close() {
      isAlive = false
      listeners.delete(listener)
      watcher.close()
    },
  }
}

/**
 * The kernel has one event queue for all watches of a thread, and drops events when it is full; Node does not report
 * that. So when many events are read in one turn, all watches count as having missed some. The queue belongs to the
 * process, and so does this state.
 */
const listeners = new Set<WatchListener>()
let eventsInTurn = 0
let maxEventsInTurn: number | undefined

function countEvent(): void {
  if (eventsInTurn === 0) setImmediate(() => (eventsInTurn = 0))
  eventsInTurn += 1
  if (eventsInTurn === (maxEventsInTurn ??= Math.ceil(queueLength() / 2))) for (const listener of listeners) listener.onAnything()
}

const DEFAULT_QUEUE_LENGTH = 16_384

function queueLength(): number {
  try {
    return Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8')) || DEFAULT_QUEUE_LENGTH
  } catch {
    return DEFAULT_QUEUE_LENGTH
  }
}

/**
 * Resolves once the events of all changes before the call have arrived: the system queues an event before the change
 * returns, and one turn of the event loop reads everything that is queued.
 */
export const eventsToArrive = (): Promise<void> => newTurn()

/** File systems that other machines may change without an event (statfs(2)): NFS, SMB, CIFS, FUSE, 9p, AFS, Ceph. */
const SHARES = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x5346414f, 0x00c36400])

/** Whether changes by others at `path` are not reported. */
export async function isShare(path: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const { type } = await statfs(path)
  return SHARES.has(type >>> 0)
}
