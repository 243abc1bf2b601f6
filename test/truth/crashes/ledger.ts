/** What a feeder wrote and what it was answered, and whether what a reader got can be true. Pure. */

/** A write of one account. Each writes its own number, so that a number names the write that it comes from. */
export interface Write {
  readonly id: string
  readonly number: number
  /** False for a removal. */
  readonly isPut: boolean
  readonly server: string
}

/** The moment at which a read was sent. */
export interface ReadStart {
  readonly server: string
  readonly life: number
  readonly stored: number
}

export interface Shown {
  readonly unread: number | null
  readonly status: string
}

interface Entry extends Write {
  outcome: 'open' | 'stored' | 'refused'
  /** How many writes had been confirmed with this one; Infinity before. */
  storedAs: number
  /** The last life of the servers in which it may have arrived; Infinity until it is answered. */
  lastLife: number
  wasShown: boolean
}

export type Ledger = ReturnType<typeof createLedger>

export function createLedger() {
  const accounts = new Map<string, Entry[]>()
  const wrong: string[] = []
  const counts = { stored: 0, refused: 0, unknown: 0 }
  let life = 0

  const entriesOf = (id: string): Entry[] => {
    const entries = accounts.get(id) ?? []
    accounts.set(id, entries)
    return entries
  }
  const entryOf = ({ id, number }: Write): Entry | undefined => accounts.get(id)?.[number - 1]

  /** The last write of the account that was confirmed before the read began; 0 if there is none. */
  function floorOf(id: string, start: ReadStart): number {
    const floor = entriesOf(id).findLast(({ server, storedAs }) => server === start.server && storedAs <= start.stored)
    return floor?.number ?? 0
  }

  function errorOf(id: string, shown: Shown | undefined, start: ReadStart): string | null {
    const floor = floorOf(id, start)
    const entries = entriesOf(id)
    if (!shown) {
      if (floor === 0) return null
      const removal = entries.find(({ number, isPut, outcome }) => number >= floor && !isPut && outcome !== 'refused')
      if (!removal) return `${id} is missing; ${floor} was confirmed`
      removal.wasShown = true
      return null
    }
    const entry = entries[(shown.unread ?? 0) - 1]
    if (!entry?.isPut) return `${id} is ${shown.unread}, which was not sent`
    if (entry.outcome === 'refused') return `${id} is ${shown.unread}, which was refused`
    entry.wasShown = true
    if (entry.number < floor) return `${id} is ${shown.unread}; ${floor} was confirmed`
    return shown.status === 'ok' && entry.lastLife < start.life ? `${id} is ${shown.unread} and ok, from before the restart` : null
  }

  return {
    /** What cannot be true. */
    wrong,
    counts,
    /** Before a server starts that has forgotten which of its numbers are fresh. */
    restarted: (): void => void (life += 1),
    /** Writes of one account follow one another. */
    begin(id: string, isPut: boolean, server = ''): Write {
      const entries = entriesOf(id)
      const write: Entry = {
        id,
        number: entries.length + 1,
        isPut,
        server,
        outcome: 'open',
        storedAs: Infinity,
        lastLife: Infinity,
        wasShown: false,
      }
      entries.push(write)
      return write
    },
    /** `unknown`: it may or may not be stored. */
    answered(write: Write, outcome: 'stored' | 'refused' | 'unknown'): void {
      const entry = entryOf(write)
      if (!entry) return
      counts[outcome] += 1
      entry.lastLife = life
      if (outcome === 'unknown') return
      entry.outcome = outcome
      if (outcome === 'stored') entry.storedAs = counts.stored
      else if (entry.wasShown) wrong.push(`${write.id} was ${write.number}, which was refused afterwards`)
    },
    startRead: (server = ''): ReadStart => ({ server, life, stored: counts.stored }),
    /** Checks the answer to a read: undefined for an account that it does not have. */
    check(id: string, shown: Shown | undefined, start: ReadStart): void {
      const error = errorOf(id, shown, start)
      if (error !== null) wrong.push(error)
    },
    ids: (): Iterable<string> => accounts.keys(),
  }
}
