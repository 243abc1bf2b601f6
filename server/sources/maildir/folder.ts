/** One folder on disk, `new` and `cur`: its mails are counted from a list of all names, then kept by what events tell. */
import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type FolderWatch, watchFolder } from '../files/folder-watch.ts'
import { eventsToArrive } from '../files/watch.ts'
import { isMissing } from '../files/errors.ts'
import { createTally, type Tally } from './tally.ts'

export interface MailFolder {
  readonly dir: string
  readonly tally: Tally
  /** False where the system tells nothing of this folder. */
  readonly isTold: boolean
  /** Events have told of changes that are not read yet. */
  hasEvents(): boolean
  isPending(): boolean
  /** From now on, it is to be read as a whole. */
  doubt(): void
  /**
   * Reads what is pending, once: whatever changes meanwhile is pending again.
   * @throws the system's error where the folder is gone
   */
  read(): Promise<void>
  close(): void
}

/** In this order: a mail that moves from `new` to `cur` in between is seen twice rather than not at all. */
const SUBS = ['new', 'cur'] as const
type Sub = (typeof SUBS)[number]

/** Names that are taken into account before others get their turn: some milliseconds. */
const NAMES_IN_A_TURN = 2_000

interface Watched {
  readonly identity: string
  readonly watch: FolderWatch
}

export function openMailFolder(dir: string, wake: () => void): MailFolder {
  const watched = new Map<Sub, Watched>()
  let tally = createTally()
  let doubted = true
  let closed = false

  const hasEvents = (): boolean => [...watched.values()].some(({ watch }) => watch.isPending())

  /** Another directory may lie at the path than the one that is watched. */
  async function watchBoth(): Promise<void> {
    for (const sub of SUBS) {
      const path = join(dir, sub)
      const { identity } = await signatureOf(path)
      if (closed) return
      const known = watched.get(sub)
      if (known?.identity === identity && known.watch.isTold) continue
      known?.watch.close()
      watched.set(sub, { identity, watch: watchFolder(path, { wake }) })
    }
  }

  async function readAll(): Promise<void> {
    doubted = false
    await watchBoth()
    for (const { watch } of watched.values()) watch.take()
    const before = await signaturesOf(dir)
    const fresh = createTally()
    for (const sub of SUBS) {
      const names = await readdir(join(dir, sub))
      for (const [at, name] of names.entries()) {
        fresh.add({ sub, name })
        // Whoever waits for an answer is not held up.
        if (at % NAMES_IN_A_TURN === NAMES_IN_A_TURN - 1) await setImmediate()
      }
    }
    const after = await signaturesOf(dir)
    tally = fresh
    await eventsToArrive()
    // Somebody changes it of whom no event tells, as on a share: the list may be of no one moment.
    if (before !== after && !hasEvents()) doubted = true
  }

  async function readNames(names: ReadonlyMap<Sub, ReadonlySet<string>>): Promise<void> {
    for (const [sub, some] of names) {
      for (const name of some) {
        if (await isThere(join(dir, sub, name))) tally.add({ sub, name })
        else tally.remove({ sub, name })
      }
    }
  }

  return {
    dir,
    get tally() {
      return tally
    },
    get isTold() {
      return [...watched.values()].every(({ watch }) => watch.isTold)
    },
    hasEvents,
    isPending: () => doubted || hasEvents(),
    doubt() {
      doubted = true
    },
    async read() {
      const names = new Map<Sub, ReadonlySet<string>>()
      for (const [sub, { watch }] of watched) {
        const taken = watch.take()
        if (taken === null) doubted = true
        else names.set(sub, taken)
      }
      try {
        if (doubted) await readAll()
        else await readNames(names)
      } catch (error) {
        // What was told is not read yet.
        doubted = true
        throw error
      }
    },
    close() {
      closed = true
      for (const { watch } of watched.values()) watch.close()
    },
  }
}

interface Signature {
  readonly identity: string
  readonly changed: string
}

async function signatureOf(path: string): Promise<Signature> {
  const { dev, ino, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
  return { identity: `${dev}:${ino}`, changed: `${mtimeNs}:${ctimeNs}` }
}

async function signaturesOf(dir: string): Promise<string> {
  return JSON.stringify(await Promise.all(SUBS.map((sub) => signatureOf(join(dir, sub)))))
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
