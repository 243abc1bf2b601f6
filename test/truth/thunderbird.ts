/**
 * Changes an mbox as Thunderbird does: it appends messages, marks them in place (`X-Mozilla-Status`), and removes deleted
 * ones later by writing the file anew. It takes no lock. Shares no code with the product.
 */
import { type FileHandle, mkdir, open, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Operation } from './changes.ts'
import { temporaryFolder } from '../helpers/tmp.ts'
import { changeBetween, INBOX, type Mailbox } from './mailbox.ts'
import type { Random } from './random.ts'

const STATUS = { read: 0x1, flagged: 0x4, expunged: 0x8 }
const STATUS_FIELD = 'X-Mozilla-Status: '
/** From this size on, changes delete messages. */
const FULL_MESSAGES = 60
const MAX_MESSAGES = 20
const MAX_OPERATIONS = 4
/** Longer than what a reader compares at both ends of the file. */
const MAX_TEXT_LINES = 200

interface StoredMessage {
  /** Of its From line. */
  offset: number
  status: number
  readonly beforeStatus: string
  readonly afterStatus: string
}

const hex = (status: number): string => status.toString(16).padStart(4, '0')
const bytesOf = ({ beforeStatus, status, afterStatus }: StoredMessage): string => beforeStatus + hex(status) + afterStatus

interface Thunderbird {
  readonly path: string
  readonly mailbox: Mailbox
  /** Takes the folder away. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export async function startThunderbird(random: Random): Promise<Thunderbird> {
  const tmp = await temporaryFolder()
  const folder = join(tmp.path, 'Local Folders')
  const path = join(folder, 'Inbox')
  return {
    path,
    mailbox: await openThunderbirdMailbox(path, random),
    stop: () => rename(folder, `${folder}.away`),
    start: () => rename(`${folder}.away`, folder),
    close: () => tmp.remove(),
  }
}

async function openThunderbirdMailbox(path: string, random: Random): Promise<Mailbox> {
  let messages: StoredMessage[] = []
  let names = 0
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, '')

  const is = (message: StoredMessage, status: number): boolean => (message.status & status) !== 0
  const shown = (): readonly StoredMessage[] => messages.filter((message) => !is(message, STATUS.expunged))
  const unread = (): number => shown().filter((message) => !is(message, STATUS.read)).length
  const truth = (): ReadonlyMap<string, number> => new Map([[INBOX, unread()]])
  const size = (): number => messages.reduce((sum, message) => sum + bytesOf(message).length, 0)

  async function withFile<T>(flags: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = await open(path, flags)
    try {
      return await work(file)
    } finally {
      await file.close()
    }
  }

  function compose(status: number): StoredMessage {
    names += 1
    // An older version wrote a dash and the time.
    const from = random(3) === 0 ? 'From - Thu Nov 26 10:00:00 2026' : 'From '
    const quoted = random(4) === 0 ? '>From here on\r\nStatus: O\r\n' : ''
    const text = `${'x'.repeat(70)}\r\n`.repeat(random(MAX_TEXT_LINES))
    return {
      offset: size(),
      status,
      beforeStatus: `${from}\r\n${STATUS_FIELD}`,
      afterStatus: `\r\nX-Mozilla-Status2: 00000000\r\nX-Mozilla-Keys: ${' '.repeat(80)}\r\nFrom: a${names}@example.org\r\nSubject: Mail ${names}\r\nMessage-ID: <${names}@thunderbird.example.org>\r\n\r\n${quoted}${text}\r\n`,
    }
  }

  /** In pieces, as its buffer fills. */
  async function deliver(count: number, status: number): Promise<Operation> {
    for (let left = count; left > 0; left -= 1) {
      const message = compose(status)
      const bytes = Buffer.from(bytesOf(message))
      const cut = random(bytes.length)
      await withFile('a', async (file) => {
        await file.write(bytes.subarray(0, cut))
        await file.write(bytes.subarray(cut))
      })
      messages.push(message)
    }
    return { description: `deliver ${count} (${hex(status)})`, messages: count, ...(status === 0 && { raises: INBOX }) }
  }

  async function mark(
    description: string,
    effect: 'lowers' | 'raises' | null,
    from: readonly StoredMessage[],
    to: (status: number) => number,
  ) {
    if (from.length === 0) return null
    const all = [...from]
    const count = Math.min(all.length, 1 + random(random(4) === 0 ? MAX_MESSAGES : 1))
    const chosen = Array.from({ length: count }, () => all.splice(random(all.length), 1)[0]).filter((each) => each !== undefined)
    await withFile('r+', async (file) => {
      for (const message of chosen) {
        message.status = to(message.status)
        await file.write(hex(message.status), message.offset + message.beforeStatus.length, 'latin1')
      }
    })
    return { description: `${description} ${count}`, messages: count, ...(effect !== null && { [effect]: INBOX }) }
  }

  async function compact(): Promise<Operation> {
    const left = [...shown()]
    const temporary = join(dirname(path), 'nstmp')
    await writeFile(temporary, left.map(bytesOf).join(''))
    await rename(temporary, path)
    messages = []
    for (const message of left) {
      message.offset = size()
      messages.push(message)
    }
    return { description: 'compact', messages: 0 }
  }

  const unreadOnes = (): readonly StoredMessage[] => shown().filter((message) => !is(message, STATUS.read))
  const expunge = (from: readonly StoredMessage[]): Promise<Operation | null> =>
    mark('delete', 'lowers', from, (status) => status | STATUS.expunged)
  const actions: readonly (() => Promise<Operation | null>)[] = [
    () => deliver(1 + random(random(4) === 0 ? MAX_MESSAGES : 1), 0),
    () => deliver(1, 0),
    () => deliver(1, STATUS.read),
    () => mark('read', 'lowers', unreadOnes(), (status) => status | STATUS.read),
    () =>
      mark(
        'unread',
        'raises',
        shown().filter((message) => is(message, STATUS.read)),
        (status) => status & ~STATUS.read,
      ),
    () => mark('flag', null, shown(), (status) => status | STATUS.flagged),
    () => expunge(unreadOnes()),
    () => expunge(shown()),
    compact,
  ]

  return {
    truth: () => Promise.resolve(truth()),
    reconnect: () => Promise.resolve(),
    close: () => undefined,
    async change() {
      const before = truth()
      const done: Operation[] = []
      for (let left = random(8) === 0 ? 1 + random(MAX_OPERATIONS) : 1; left > 0; left -= 1) {
        const action = unread() > FULL_MESSAGES ? () => expunge(shown()) : actions[random(actions.length)]
        const operation = await action?.()
        if (operation) done.push(operation)
        // Its index of the folder lies beside it.
        await writeFile(`${path}.msf`, String(names))
      }
      return changeBetween(before, truth(), done, performance.now())
    },
  }
}
