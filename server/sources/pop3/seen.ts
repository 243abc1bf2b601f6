/** Which messages of a maildrop a person has seen, which POP3 does not store: in a file of the data directory. */
import { readFile, rename, stat } from 'node:fs/promises'
import { z } from 'zod'
import { errorCodeOf } from '../../../common/errors.ts'
import { writePrivately } from '../../platform/private-file.ts'
import { filterInTurns, slicesOf } from '../../platform/turns.ts'

/** Ids of deleted messages are stored for a while, in case a server shows an empty maildrop in error. */
const MAX_DELETED = 10_000
const MAX_FILE_BYTES = 64 * 1024 * 1024

/** Each line of the file: together, they have all ids. */
const SeenLine = z.object({ version: z.literal(1), seen: z.array(z.string().max(100)) })

export type SeenMessages = Awaited<ReturnType<typeof openSeenMessages>>

/**
 * @param onInvalid called when the file has invalid content and was renamed to `path`
 * @throws the system's error where the file is unreadable
 */
export async function openSeenMessages(path: string, onInvalid: (path: string) => void) {
  const stored = await readSeen(path, onInvalid)
  // In the order in which they were seen.
  const seen = stored ?? new Set<string>()
  let isNew = stored === null
  let isDirty = isNew
  return {
    /** Whether the maildrop was never polled. */
    get isNew() {
      return isNew
    },
    has: (uid: string) => seen.has(uid),
    async add(uids: Iterable<string>) {
      isNew = false
      for await (const slice of slicesOf(uids)) {
        for (const uid of slice) {
          isDirty ||= !seen.has(uid)
          seen.add(uid)
        }
      }
    },
    /** Forgets the oldest ids that are not in the maildrop, where they are too many. */
    async prune(present: ReadonlySet<string>) {
      const deleted = await filterInTurns(seen, (uid) => !present.has(uid))
      for await (const slice of slicesOf(deleted.slice(0, Math.max(0, deleted.length - MAX_DELETED))))
        for (const uid of slice) isDirty = seen.delete(uid)
    },
    /** Writes changes. @throws the system's error */
    async save() {
      if (!isDirty || isNew) return
      isDirty = false
      try {
        await writePrivately(path, linesOf(seen))
      } catch (error) {
        isDirty = true
        throw error
      }
    },
  }
}

/** In lines, so that a large maildrop keeps no other work waiting. */
async function* linesOf(seen: Iterable<string>): AsyncGenerator<string, void> {
  yield lineOf([])
  for await (const slice of slicesOf(seen)) yield lineOf(slice)
}

const lineOf = (seen: readonly string[]): string => `${JSON.stringify({ version: 1, seen })}\n`

async function readSeen(path: string, onInvalid: (path: string) => void): Promise<Set<string> | null> {
  try {
    if ((await stat(path)).size <= MAX_FILE_BYTES) return await seenIn(await readFile(path, 'utf8'))
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return null
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error
  }
  await rename(path, `${path}.broken`)
  onInvalid(`${path}.broken`)
  return null
}

async function seenIn(text: string): Promise<Set<string>> {
  const seen = new Set<string>()
  const lines = text.trimEnd().split('\n')
  for await (const [line = ''] of slicesOf(lines, 1)) for (const uid of SeenLine.parse(JSON.parse(line)).seen) seen.add(uid)
  return seen
}
