/**
 * Redis, as machines that share a board use it: the meaning of the scripts in `server/board/redis/scripts/scripts.ts`, and publication.
 * `redis.test.ts` compares it with a real one.
 */
import { SCRIPTS } from '../../../server/board/redis/scripts/scripts.ts'

interface Entry {
  readonly rev: number
  readonly time: string
  readonly source: string
  readonly body: string
}

const PUSHED = '""'

/** @param now epoch milliseconds */
export function createSimRedis(now: () => number, publish: (channel: string, text: string) => number) {
  const accounts = new Map<string, Entry>()
  const confirmed = new Map<string, string>()
  const meta = { epoch: '', rev: 0, removed: 0, run: '', previous: '', base: 0, filled: false, term: 0, collected: -1 }
  let collector = { machine: '', untilMs: 0 }
  let seeding = { machine: '', untilMs: 0 }
  const scans = new Map<string, Iterator<[string, Entry]>>()
  let scanCount = 0

  const holder = (lease: typeof collector): string => (lease.untilMs > now() ? lease.machine : '')
  const keep = (id: string, rev: number, [source = '', time = '', body = '']: readonly string[]): void =>
    void accounts.set(id, { rev, time, source, body })

  function heartbeat(args: readonly string[]) {
    const [channel = '', text = '', me = '', run = '', fresh = '', knownEpoch = '', knownRev = '0', may, lease, seedingMs] = args
    publish(channel, text)
    const nowMs = Math.floor(now())
    if (meta.collected < 0) meta.collected = nowMs
    const { collected } = meta
    const isBehind = meta.epoch === knownEpoch && meta.rev < Number(knownRev)
    if (meta.epoch === '' || isBehind || meta.run !== run) {
      Object.assign(meta, { previous: meta.epoch || knownEpoch, base: meta.rev, epoch: fresh, run, filled: false })
      seeding = { machine: '', untilMs: 0 }
    }
    if (!meta.filled && holder(seeding) === '') seeding = { machine: me, untilMs: now() + Number(seedingMs) }
    const collecting = holder(collector)
    if (may === '1' && (collecting === me || collecting === '')) {
      if (collecting === '') meta.term += 1
      collector = { machine: me, untilMs: now() + Number(lease) }
    }
    if (holder(collector) === me) meta.collected = nowMs
    const { epoch, rev, removed, previous, term, base } = meta
    return [[epoch, rev, removed, previous, term, base], holder(collector), holder(seeding), nowMs, collected]
  }

  function seed([me = '', seedingMs, ...args]: readonly string[]): 0 | 1 {
    if (holder(seeding) !== me) return 0
    seeding = { machine: me, untilMs: now() + Number(seedingMs) }
    for (let i = 0; i < args.length; i += 5) {
      const [id = '', revText, time = '', source = '', body = ''] = args.slice(i, i + 5)
      const rev = Number(revText)
      if (rev > meta.base && (accounts.get(id)?.rev ?? -1) < rev) keep(id, rev, [source, time, body])
      meta.rev = Math.max(meta.rev, rev)
    }
    return 1
  }

  function seeded([me = '', previous = '', rev]: readonly string[]): number {
    if (holder(seeding) !== me) return 0
    Object.assign(meta, { previous, base: Math.max(meta.base, Number(rev)), rev: meta.rev + 1_000_000, filled: true })
    seeding = { machine: '', untilMs: 0 }
    return 1
  }

  function write([channel = '', term = '', deadline, highest = '', same, ...args]: readonly string[]): unknown[] {
    if (now() >= Number(deadline)) return ['late']
    if (!meta.filled || holder(seeding) !== '') return ['away']
    if (term !== '' && String(meta.term) !== term) return ['fenced']
    const onlySame = same === '1'
    for (let i = 0; i < args.length; i += 4) {
      const entry = accounts.get(args[i] ?? '')
      if (!entry) continue
      if (highest !== '' && entry.rev > Number(highest)) return ['late']
      if (term === '' && !onlySame && entry.source !== PUSHED) return ['conflict', i / 4, entry.source]
    }
    const before = meta.rev
    const changed: unknown[] = []
    const checked: unknown[] = []
    const removed: string[] = []
    for (let i = 0; i < args.length; i += 4) {
      const [id = '', source = '', time = '', body = ''] = args.slice(i, i + 4)
      const entry = accounts.get(id)
      if (onlySame && !(entry && entry.time === time && entry.body !== body)) continue
      if (body === '') {
        if (!accounts.delete(id)) continue
        meta.rev += 1
        removed.push(id)
      } else if (entry?.body === body && entry.source === source) {
        keep(id, entry.rev, [source, time, body])
        if (time !== '') checked.push([id, /^\d+$/.test(time) ? Number(time) : time])
      } else {
        meta.rev += 1
        keep(id, meta.rev, [source, time, body])
        changed.push([id, meta.rev, source, time, body])
      }
    }
    if (removed.length > 0) meta.removed = meta.rev
    const lists = Object.entries({ accounts: changed, checked, removed }).filter(([, list]) => list.length > 0)
    publish(channel, JSON.stringify({ epoch: meta.epoch, before, after: meta.rev, ...Object.fromEntries(lists) }))
    return ['done', meta.rev]
  }

  function hScan(cursor: string, count: number) {
    const scan = scans.get(cursor) ?? accounts.entries()
    scans.delete(cursor)
    const entries: { readonly field: string; readonly value: string }[] = []
    while (entries.length < count) {
      const next = scan.next()
      if (next.done) return { cursor: '0', entries }
      const [field, { rev, time, source, body }] = next.value
      entries.push({ field, value: `${rev} ${time} ${source}\n${body}` })
    }
    scanCount += 1
    scans.set(String(scanCount), scan)
    return { cursor: String(scanCount), entries }
  }

  return {
    /** The number of accounts. */
    get size() {
      return accounts.size
    },
    heartbeat: (args: readonly string[]) => SCRIPTS.heartbeat.transformReply(heartbeat(args)),
    write: (args: readonly string[]) => SCRIPTS.write.transformReply(write(args)),
    seed: (args: readonly string[]) => SCRIPTS.seed.transformReply(seed(args)),
    seeded: (args: readonly string[]) => SCRIPTS.seeded.transformReply(seeded(args)),
    resign(machine: string): number {
      if (holder(collector) !== machine) return 0
      collector = { machine: '', untilMs: 0 }
      return 1
    },
    publish,
    hScan,
    confirmed: () => Object.fromEntries(confirmed),
    confirm(fields: Map<string, string>): number {
      for (const [source, time] of fields) confirmed.set(source, time)
      return fields.size
    },
    remove: (ids: readonly string[]): number => ids.filter((id) => accounts.delete(id)).length,
  }
}
