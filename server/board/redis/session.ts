/**
 * One life of a connection to Redis: the mirror is filled and kept, and this machine shows that it is alive.
 *
 * It subscribes first and reads then, so that nothing falls in between. Every few seconds it compares where it is with
 * where Redis is, for a published message may be lost. It ends, by rejecting, as soon as anything is wrong; whoever runs
 * it begins a new one.
 */
import { type Replica, nextEpoch, type SharedAccount } from './replica.ts'
import type { Connection } from './connection.ts'
import {
  accountFrom,
  parsePeerRequest,
  type PeerRequest,
  publishedFrom,
  type Published,
  seedArguments,
  writeArguments,
} from './messages.ts'
import type { Names } from './keys.ts'

/** How things are, as a machine's sign of life was answered. */
export interface Heartbeat {
  readonly epoch: string
  readonly rev: number
  readonly term: number
  /** The machine that collects; empty where none does. */
  readonly collector: string
}

export interface SessionDeps {
  readonly connection: Connection
  readonly names: Names
  readonly mirror: Replica
  /** This machine, among all. */
  readonly machine: string
  /** Whether it may be the one that collects. */
  readonly mayCollect: boolean
  readonly newId: () => string
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** Ends the session in good order. */
  readonly signal: AbortSignal
  /** After each sign of life, once the mirror is fresh. */
  readonly onPulse: (pulse: Heartbeat) => void
  readonly onLetter: (letter: PeerRequest) => void
}

const PULSE_MS = 5_000
/** Three signs of life may be missed. */
const LEASE_MS = 15_000
/** Longer than the filling of an epoch takes; shorter than people wait. */
const SEEDING_MS = 10_000
const SEEDING_LOOK_MS = 250
const PAGE = 1_000

/** Rejects with what broke; resolves only when `signal` ends it. */
export async function runSession(deps: SessionDeps): Promise<void> {
  const { connection, names, mirror, machine, schedule, signal } = deps
  const { commands, answer } = connection
  /** What came while everything was being read. */
  let waiting: Published[] | null = []
  let wake: (() => void) | null = null
  let mustRead = true
  let mustLook = false
  const over = new AbortController()

  function end(): void {
    over.abort()
    wake?.()
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = schedule(() => wake?.(), ms)
      wake = () => {
        wake = null
        cancel()
        resolve()
      }
    })
  }

  function hear(text: string): void {
    if (over.signal.aborted) return
    hold(publishedFrom(text))
  }

  function hold(message: Published): void {
    if (waiting) waiting.push(message)
    else take(message)
  }

  function take(message: Published): void {
    if (message.kind === 'look') {
      mustLook = true
      return wake?.()
    }
    if (message.kind === 'confirmed') return mirror.confirm(message.confirmed)
    if (mirror.take(message) === 'gap') {
      mustRead = true
      waiting = [message]
      return wake?.()
    }
    mirror.check(message.checked)
  }

  const pulse = async () =>
    await answer(
      commands.pulse(
        [names.meta, names.collector, names.seeding],
        [
          machine,
          connection.run,
          nextEpoch(mirror.sharedEpoch, deps.newId),
          mirror.sharedEpoch ?? '',
          String(mirror.rev),
          deps.mayCollect ? '1' : '0',
          String(LEASE_MS),
          String(SEEDING_MS),
        ],
      ),
    )

  /** What this machine still knows goes into an epoch that it has opened, and with it what Redis may have lost. */
  async function fill(previous: string): Promise<void> {
    if (mirror.sharedEpoch !== null && (previous === '' || previous === mirror.sharedEpoch)) {
      let page: string[] = []
      for (const account of mirror.all()) {
        page.push(...seedArguments(account))
        if (page.length < 5 * PAGE) continue
        await answer(commands.seed([names.accounts, names.meta, names.seeding], [machine, ...page]))
        page = []
      }
      if (page.length > 0) await answer(commands.seed([names.accounts, names.meta, names.seeding], [machine, ...page]))
    }
    await answer(commands.seeded([names.meta, names.seeding], [machine]))
  }

  /**
   * What came by PUT and the machine that filled the epoch had not heard of yet: nobody else would tell it again. In the
   * new epoch all that was told since has a higher rev.
   */
  function forgotten(previous: string, present: ReadonlyMap<string, SharedAccount>): readonly SharedAccount[] {
    if (mirror.sharedEpoch !== previous) return []
    return Array.from(mirror.all()).filter(({ id, source, rev }) => source === '' && (present.get(id)?.rev ?? 0) < rev)
  }

  /** Reads everything; what is published meanwhile is taken afterwards. */
  async function read({ epoch, rev, removedAtRev, previous }: Awaited<ReturnType<typeof pulse>>): Promise<void> {
    waiting ??= []
    mustRead = false
    const accounts = new Map<string, SharedAccount>()
    let cursor = '0'
    do {
      const page = await answer(commands.hScan(names.accounts, cursor, { COUNT: PAGE }))
      for (const { field, value } of page.entries) accounts.set(field, accountFrom(field, value))
      cursor = page.cursor
    } while (cursor !== '0')
    const confirmed = await answer(commands.hGetAll(names.confirmed))
    const again = forgotten(previous, accounts)
    if (again.length > 0)
      await answer(commands.write([names.accounts, names.meta, names.seeding], [names.changes, '', ...again.flatMap(writeArguments)]))
    const early = waiting
    waiting = null
    // Those that were removed while it was read are still told of, by the messages that have come meanwhile.
    mirror.adopt({ epoch, rev, removedAtRev, accounts: [...accounts.values()] })
    mirror.confirm(Object.entries(confirmed).map(([source, time]) => [source, Number(time)] as const))
    for (const message of early) if (message.kind !== 'step' || message.epoch === epoch) hold(message)
  }

  async function live(): Promise<void> {
    await answer(connection.hear(names.changes, hear))
    await answer(connection.hear(names.machine(machine), (text) => deps.onLetter(parsePeerRequest(text))))
    /** Where Redis was at the last sign of life: who is not there by the next one has missed something. */
    let expected = 0
    while (!over.signal.aborted) {
      mustLook = false
      const answered = await pulse()
      const { epoch, rev, previous, term, collector, seeding } = answered
      if (seeding !== '') {
        if (seeding === machine) await fill(previous)
        else await pause(SEEDING_LOOK_MS)
        mustRead = true
        continue
      }
      if (mustRead || epoch !== mirror.sharedEpoch || !mirror.isFresh || mirror.rev < expected) {
        await read(answered)
        // A message may have shown meanwhile that something was missed.
        if (mustRead) continue
      }
      expected = rev
      deps.onPulse({ epoch, rev, term, collector })
      if (!mustLook) await pause(PULSE_MS)
    }
  }

  signal.addEventListener('abort', end)
  try {
    // The second one rejects with what broke; the first one may only see that something has.
    await Promise.race([live(), connection.broken])
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
