/**
 * One watch of the system for changes of files, with all that it may keep silent about: no watches left, events that
 * were lost, and shares, of which it tells only what this machine does.
 */
import { type FSWatcher, readFileSync, watch } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { errorCode } from './errors.ts'

export interface Watch {
  /** False once it failed: it tells nothing more. */
  readonly isAlive: boolean
  close(): void
}

export interface WatchListener {
  /** A name came or went (`rename`), or its content or mode changed (`change`). */
  event(event: 'rename' | 'change', name: string): void
  /** Anything may have changed. */
  anything(): void
}

/** inotify has no watch left (ENOSPC) or no further instance (EMFILE). */
const NO_MORE = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])

/** What decoding leaves where a name is no UTF-8: no path leads back to it. */
export const UNDECODED = '\ufffd'

/**
 * Null where the system watches no more than it does already.
 * @throws the system's error where there is nothing at `path`
 */
export function startWatch(path: string, listener: WatchListener, { recursive = false } = {}): Watch | null {
  let watcher: FSWatcher
  try {
    watcher = watch(path, { recursive }, (event, name) => {
      countEvent()
      if (name === null || name.includes(UNDECODED)) listener.anything()
      else listener.event(event, name)
    })
  } catch (error) {
    if (NO_MORE.has(errorCode(error))) return null
    throw error
  }
  let isAlive = true
  watcher.on('error', () => {
    isAlive = false
    listener.anything()
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
 * The kernel has one queue of events for all watches of a thread, and drops what comes when it is full; that it did is
 * told, but not by Node. So where so many are read in one turn, all watches are taken to have missed something.
 */
const listeners = new Set<WatchListener>()
let inThisTurn = 0
let queueMost: number | undefined

function countEvent(): void {
  if (inThisTurn === 0) setImmediate(() => (inThisTurn = 0))
  inThisTurn += 1
  if (inThisTurn === (queueMost ??= Math.ceil(queueLength() / 2))) for (const listener of listeners) listener.anything()
}

/** 16,384 where nobody changed it. */
function queueLength(): number {
  try {
    return Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8')) || USUAL_QUEUE_LENGTH
  } catch {
    return USUAL_QUEUE_LENGTH
  }
}
const USUAL_QUEUE_LENGTH = 16_384

/**
 * Resolves once every event has arrived of what changed before the call. The system queues an event before the change
 * returns, and the event loop has asked for all that is queued when it has gone around once.
 */
export async function eventsToArrive(): Promise<void> {
  await turn()
  await turn()
}

/** Types of file systems of which others may change what no event tells (statfs(2)): NFS, SMB, CIFS, FUSE, 9p, AFS, Ceph. */
const SHARES = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x5346414f, 0x00c36400])

/** Whether `path` lies where changes by others are not told. */
export async function isShare(path: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const { type } = await statfs(path)
  return SHARES.has(type >>> 0)
}
