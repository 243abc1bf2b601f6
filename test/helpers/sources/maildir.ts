/** Changes a Maildir as delivery agents and mail programs do. */
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MaildirSourceConfig } from '../../../server/sources/maildir/config.ts'

export interface MaildirFolder {
  readonly dir: string
  /** Writes to `tmp` and renames to `new`; resolves to the base name. */
  deliver(header?: string): Promise<string>
  /** The paths of the files in `new` and `cur`. */
  files(): Promise<string[]>
  /** Renames the message's file, for example to `cur/BASE:2,S`. */
  move(base: string, to: string): Promise<void>
}

let deliveries = 0

/** Creates `cur`, `new` and `tmp` in `dir` if missing. */
export async function maildirFolder(dir: string): Promise<MaildirFolder> {
  for (const sub of ['tmp', 'new', 'cur']) await mkdir(join(dir, sub), { recursive: true })

  async function files(): Promise<string[]> {
    const found = await Promise.all(['new', 'cur'].map(async (sub) => (await readdir(join(dir, sub))).map((name) => `${sub}/${name}`)))
    return found.flat()
  }

  return {
    dir,
    files,
    async deliver(header) {
      deliveries += 1
      const base = `${1_700_000_000 + deliveries}.M${deliveries}P1.host`
      await writeFile(
        join(dir, 'tmp', base),
        `${header ?? `From: Kim <kim@example.org>\nSubject: Hello\nMessage-ID: <${deliveries}@example.org>\n`}\nText\n`,
      )
      await rename(join(dir, 'tmp', base), join(dir, 'new', base))
      return base
    },
    async move(base, to) {
      const file = (await files()).find((name) => name.split('/')[1]?.split(':')[0] === base)
      if (file === undefined) throw new Error(`There is no message ${base}.`)
      await rename(join(dir, file), join(dir, to))
    },
  }
}

/** Makes exactly `unread` messages unread: reads some, or delivers more. */
export async function setUnread(folder: MaildirFolder, unread: number): Promise<void> {
  const unseen = (await folder.files()).filter((file) => !/:2,[A-Z]*S/.test(file)).map((file) => file.split('/')[1]?.split(':')[0] ?? '')
  for (const base of unseen.slice(unread)) await folder.move(base, `cur/${base}:2,S`)
  for (let missing = unread - unseen.length; missing > 0; missing -= 1) await folder.deliver()
}

export function maildirConfig(path: string, change: Partial<MaildirSourceConfig> = {}): MaildirSourceConfig {
  return { type: 'maildir', name: 'mail', account: 'me', path, folders: ['INBOX'], intervalMs: 60_000, ...change }
}
