/** The true state of the mailbox at the provider, which is always available. */
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
  /** Moves a message to the other folder, where it has another id. */
  move(message: SimMessage): void
  /** Calls `listener` after every change; returns a function that unsubscribes it. */
  onChange(listener: () => void): () => void
}

export const FOLDERS: readonly string[] = ['INBOX', 'Lists']

export function createMailbox(now: () => number): SimMailbox {
  const messages: SimMessage[] = []
  const listeners = new Set<() => void>()
  const notify = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    messages,
    get unread() {
      return messages.filter(({ readMs }) => readMs === null)
    },
    deliver(message) {
      messages.push({ ...message, id: `message${messages.length + 1}`, arrivedMs: now(), readMs: null })
      notify()
    },
    read(readMessages) {
      for (const message of readMessages) message.readMs ??= now()
      notify()
    },
    move(message) {
      message.folder = FOLDERS.find((folder) => folder !== message.folder) ?? message.folder
      notify()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
