/**
 * Which mails of a maildrop a person has seen, for POP3 has no word for it: kept in a file of the data directory, so
 * that a restart forgets nothing.
 */
import { readFile, rename, stat } from 'node:fs/promises'
import { z } from 'zod'
import { writePrivately } from '../../platform/private-file.ts'

/** Mails that are gone are remembered for a while: a server that shows an empty maildrop by mistake makes nothing new. */
const GONE_KEPT = 10_000
const FILE_BYTES = 64 * 1024 * 1024

const SeenFile = z.object({ version: z.literal(1), seen: z.array(z.string().max(100)) })

export interface SeenMessages {
  /** Nobody has ever looked into this maildrop. */
  readonly isNew: boolean
  has(uid: string): boolean
  add(uids: Iterable<string>): void
  /** Forgets the oldest of those that are not in the maildrop any more, where they are too many. */
  prune(present: ReadonlySet<string>): void
  /** Writes what has changed since it was written last. */
  save(): Promise<void>
}

/** @throws Error where the file is there and can't be read; one that holds something else is set aside, and told. */
export async function openSeenMessages(path: string, setAside: (keptAs: string) => void): Promise<SeenMessages> {
  const known = await readSeen(path, setAside)
  // In the order in which they were seen.
  const seen = new Set(known)
  let isNew = known === null
  let isDirty = isNew
  return {
    get isNew() {
      return isNew
    },
    has: (uid) => seen.has(uid),
    add(uids) {
      isNew = false
      for (const uid of uids) {
        if (seen.has(uid)) continue
        seen.add(uid)
        isDirty = true
      }
    },
    prune(present) {
      const gone = [...seen].filter((uid) => !present.has(uid))
      for (const uid of gone.slice(0, Math.max(0, gone.length - GONE_KEPT))) {
        seen.delete(uid)
        isDirty = true
      }
    },
    async save() {
      if (!isDirty || isNew) return
      isDirty = false
      try {
        await writePrivately(path, JSON.stringify({ version: 1, seen: [...seen] } satisfies z.input<typeof SeenFile>))
      } catch (error) {
        isDirty = true
        throw error
      }
    },
  }
}

async function readSeen(path: string, setAside: (keptAs: string) => void): Promise<readonly string[] | null> {
  try {
    if ((await stat(path)).size <= FILE_BYTES) return SeenFile.parse(JSON.parse(await readFile(path, 'utf8'))).seen
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error
  }
  const keptAs = `${path}.broken`
  await rename(path, keptAs)
  setAside(keptAs)
  return null
}
