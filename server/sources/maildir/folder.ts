/** One folder on disk, `new` and `cur`: counted from a list of all names, then updated by file events. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type FolderWatch, watchFolder } from '../lib/files/folder-watch.ts'
import { withNamesMarked } from '../lib/files/marked-names.ts'
import { eventsToArrive } from '../lib/files/watch.ts'
import { isMessageFile, messageNamesIn } from './message-files.ts'
import { createTally, type Place } from './tally.ts'

export type MessageFolder = ReturnType<typeof openMessageFolder>

type Sub = Place['sub']
/** In this order, a message that moves from `new` to `cur` meanwhile is seen twice rather than not at all. */
const SUBS: readonly Sub[] = ['new', 'cur']

/** Names that are added before other work gets its turn: a few milliseconds. */
const NAMES_PER_TURN = 1_000

export function openMessageFolder(dir: string, wake: () => void) {
  const watches = new Map<Sub, { readonly identity: string; readonly watch: FolderWatch }>()
  let tally = createTally()
  let isInvalid = true
  let isClosed = false

  /** Whether events have reported changes that are not read yet. */
  const hasEvents = (): boolean => [...watches.values()].some(({ watch }) => watch.hasChanges())

  /** Watches both directories, and starts again if another one is at the path. */
  async function watchBoth(): Promise<void> {
    for (const sub of SUBS) {
      const path = join(dir, sub)
      const { identity } = await signatureOf(path)
      const known = watches.get(sub)
      if (known?.identity === identity && known.watch.isAlive) continue
      const startWatch = (): void => {
        known?.watch.close()
        if (!isClosed) watches.set(sub, { identity, watch: watchFolder(path, { wake }) })
      }
      await withNamesMarked(path, startWatch, { isClosed: () => isClosed })
    }
  }

  async function readAll(): Promise<void> {
    isInvalid = false
    await watchBoth()
    for (const { watch } of watches.values()) watch.takeChanges()
    const before = await changeTimesOf(dir)
    const counted = createTally()
    for (const sub of SUBS) {
      for (const [index, name] of (await messageNamesIn(join(dir, sub))).entries()) {
        counted.add({ sub, name })
        if (index % NAMES_PER_TURN === NAMES_PER_TURN - 1) await setImmediate()
      }
    }
    const after = await changeTimesOf(dir)
    tally = counted
    await eventsToArrive()
    // Changes without an event, as on a share: the list may mix two moments.
    if (before !== after && !hasEvents()) isInvalid = true
  }

  async function readNames(changes: ReadonlyMap<Sub, ReadonlySet<string>>): Promise<void> {
    for (const [sub, names] of changes) {
      for (const name of names) {
        if (await isMessageFile(join(dir, sub, name))) tally.add({ sub, name })
        else tally.remove({ sub, name })
      }
    }
  }

  return {
    dir,
    get tally() {
      return tally
    },
    /** False where the system does not watch the folder. */
    isWatched: () => [...watches.values()].every(({ watch }) => watch.isAlive),
    hasEvents,
    isPending: () => isInvalid || hasEvents(),
    /** The next read reads the whole folder. */
    invalidate() {
      isInvalid = true
    },
    /** Reads what is pending, once: what changes meanwhile is pending again. @throws the system's error where the folder is gone */
    async read() {
      const changes = new Map<Sub, ReadonlySet<string>>()
      for (const [sub, { watch }] of watches) {
        const names = watch.takeChanges()
        if (names === null) isInvalid = true
        else changes.set(sub, names)
      }
      try {
        if (isInvalid) await readAll()
        else await readNames(changes)
      } catch (error) {
        // The changes were taken but not read.
        isInvalid = true
        throw error
      }
    },
    close() {
      isClosed = true
      for (const { watch } of watches.values()) watch.close()
    },
  }
}

async function signatureOf(path: string): Promise<{ readonly identity: string; readonly changeTimes: string }> {
  const { dev, ino, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
  return { identity: `${dev}:${ino}`, changeTimes: `${mtimeNs}:${ctimeNs}` }
}

async function changeTimesOf(dir: string): Promise<string> {
  return JSON.stringify(await Promise.all(SUBS.map((sub) => signatureOf(join(dir, sub)))))
}
