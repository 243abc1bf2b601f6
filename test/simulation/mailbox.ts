/** The mailbox at the provider, which is never away: what is true of it, and since when. */
export interface SimMail {
  readonly id: string
  folder: string
  readonly from: string
  readonly arrivedMs: number
  /** Null while it is unread. */
  readMs: number | null
}

export interface SimMailbox {
  readonly mails: readonly SimMail[]
  readonly unread: readonly SimMail[]
  deliver(mail: Pick<SimMail, 'folder' | 'from'>): void
  read(mails: readonly SimMail[]): void
  /** To the other folder, where it is known by another id. */
  move(mail: SimMail): void
  /** Calls `listener` after every change; returns what ends that. */
  onChange(listener: () => void): () => void
}

export const FOLDERS: readonly string[] = ['INBOX', 'Lists']

export function createMailbox(now: () => number): SimMailbox {
  const mails: SimMail[] = []
  const listeners = new Set<() => void>()
  const changed = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    mails,
    get unread() {
      return mails.filter(({ readMs }) => readMs === null)
    },
    deliver(mail) {
      mails.push({ ...mail, id: `mail${mails.length + 1}`, arrivedMs: now(), readMs: null })
      changed()
    },
    read(some) {
      for (const mail of some) mail.readMs ??= now()
      changed()
    },
    move(mail) {
      mail.folder = FOLDERS.find((folder) => folder !== mail.folder) ?? mail.folder
      changed()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
