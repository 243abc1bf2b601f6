/**
 * A source like IMAP: the server pushes changes, the source counts at least every 110 s and reports a folder's senders shortly
 * after its count, and the connection may die silently.
 */
import type { Message } from '../../common/protocol/wire.ts'
import { type AccountCounts, type Attempt, type Source, SourceError } from '../../server/sources/source.ts'
import type { SimProcess } from './clock.ts'
import { FOLDERS, type SimMessage, type SimMailbox } from './mailbox.ts'
import type { SimWire } from './wire.ts'

const LOGIN_MS = 300
const ANSWER_MS = 80
const HEARTBEAT_MS = 110_000
/** The timeout of a request; shorter after a kick. */
const SILENCE_MS = 30_000
const KICKED_SILENCE_MS = 5_000

export interface SimSourceDeps {
  readonly account: string
  /** The maximum number of unread messages to report. */
  readonly max: number
  readonly mailbox: SimMailbox
  readonly wire: SimWire
  readonly process: SimProcess
  /** Uniform in [0, 1). */
  readonly random: () => number
}

export function createSimSource({ account, max, mailbox, wire, process, random }: SimSourceDeps): Source {
  return {
    name: 'simulated',
    accounts: [account],
    firstReportMs: 60_000,
    silenceMs: HEARTBEAT_MS + SILENCE_MS + 5_000,
    run: (attempt) => run(attempt),
  }

  async function run({ signal, report, onKick }: Attempt): Promise<void> {
    const pause = (ms: number): Promise<void> => {
      signal.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const cancel = process.schedule(resolve, ms)
      const stop = (): void => reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      return promise.finally(() => {
        cancel()
        signal.removeEventListener('abort', stop)
      })
    }
    const lost = new SourceError('network', 'The simulated server cannot be reached.')
    const { generation } = wire
    const isDead = (): boolean => !wire.isUp || wire.generation !== generation
    /** One request and its response. */
    async function request(silenceMs: number): Promise<void> {
      await pause(ANSWER_MS * (0.5 + random()))
      if (!isDead()) return
      if (!wire.isReported || wire.isUp) await pause(silenceMs)
      throw lost
    }

    let wake = (): void => undefined
    let isChanged = true
    let isKicked = false
    let isBroken = false
    /** Messages with known senders; those outside INBOX become known after the count. */
    const known = new Map<SimMessage, string>()
    const unsubscribes = [
      mailbox.onChange(() => {
        // A dead connection reports nothing.
        if (isDead()) return
        isChanged = true
        wake()
      }),
      wire.onBreak(() => {
        isBroken = true
        wake()
      }),
      onKick(() => {
        isKicked = true
        wake()
      }),
    ]
    function sleep(ms: number): Promise<void> {
      if (isChanged || isKicked || isBroken) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => (): void => {
          cancel()
          signal.removeEventListener('abort', stop)
          wake = () => undefined
          settle()
        }
        const stop = end(() => reject(signal.reason))
        const cancel = process.schedule(end(resolve), ms)
        wake = end(resolve)
        signal.addEventListener('abort', stop, { once: true })
      })
    }
    const counts = (): AccountCounts => {
      const { unread } = mailbox
      const latest = unread.filter((message) => known.get(message) === message.folder).map(toMessage)
      const folders = FOLDERS.map((path) => ({ path, unread: unread.filter(({ folder }) => folder === path).length }))
      return { id: account, unread: unread.length, folders, latest: latest.toReversed().slice(0, max) }
    }

    try {
      await pause(LOGIN_MS * (0.5 + random()))
      if (isDead()) {
        if (!wire.isReported) await pause(20_000)
        throw lost
      }
      for (const message of mailbox.unread) known.set(message, message.folder)
      for (;;) {
        const silenceMs = isKicked ? KICKED_SILENCE_MS : SILENCE_MS
        isChanged = isKicked = false
        if (isBroken) throw lost
        await request(silenceMs)
        for (const message of mailbox.unread) if (message.folder === 'INBOX') known.set(message, message.folder)
        report({ accounts: [counts()] })
        if (mailbox.unread.some((message) => known.get(message) !== message.folder)) {
          await request(SILENCE_MS)
          await pause(2_500 * random())
          for (const message of mailbox.unread) known.set(message, message.folder)
          report({ accounts: [counts()] })
        }
        await sleep(HEARTBEAT_MS)
      }
    } finally {
      for (const unsubscribe of unsubscribes) unsubscribe()
    }
  }
}

const toMessage = ({ id, folder, from, arrivedMs }: SimMessage): Message => ({
  id: `${folder}.${id}`,
  folder,
  from,
  subject: `About ${id}`,
  date: new Date(arrivedMs).toISOString(),
})
