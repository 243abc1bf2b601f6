/** The mailbox at the provider, which is never away: what is true of it, and since when. */
export interface SimMessage {
  readonly id: string
  folder: string
  readonly from: string
  readonly arrivedMs: number
  /** Null while it is unread. */
  readMs: number | null
}

export interface SimMailbox {
  readonly messages: readonly SimMessage[]
  readonly unread: readonly SimMessage[]
  deliver(message: Pick<SimMessage, 'folder' | 'from'>): void
  read(messages: readonly SimMessage[]): void
  /** To the other folder, where it is known by another id. */
  move(message: SimMessage): void
  /** Calls `listener` after every change; returns what ends that. */
  onChange(listener: () => void): () => void
}

export const FOLDERS: readonly string[] = ['INBOX', 'Lists']

export function createMailbox(now: () => number): SimMailbox {
  const messages: SimMessage[] = []
  const listeners = new Set<() => void>()
  const changed = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    messages,
    get unread() {
      return messages.filter(({ readMs }) => readMs === null)
    },
    deliver(message) {
      messages.push({ ...message, id: `mail${messages.length + 1}`, arrivedMs: now(), readMs: null })
      changed()
    },
    read(some) {
      for (const message of some) message.readMs ??= now()
      changed()
    },
    move(message) {
      message.folder = FOLDERS.find((folder) => folder !== message.folder) ?? message.folder
      changed()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
