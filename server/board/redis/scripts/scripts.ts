/**
 * The atomic operations in Redis, as Lua. All keys of a deployment have one prefix, in one slot of a cluster:
 *
 * - `{prefix}:meta`, a hash: `collected` (when a collecting machine sent its last heartbeat, epoch ms), `epoch`, `rev`, `removed`
 *   (the rev of the last removal), `size` (how many accounts were there after the write that made the rev `sizeRev`), `tried`
 *   (written by every heartbeat), `run` (the run of Redis that the epoch was made in), `previous` (the epoch before), `base` (the
 *   rev up to which the epoch has all changes of the one before), `filled` (there once the epoch is; until then no account is
 *   written but by the machine that fills it), `term` (grows with every new collecting machine)
 * - `{prefix}:accounts`, a hash: id → `REV TIME SOURCE\nBODY` (`TIME` of the check, with the end of the validity if there is one: see
 *   messages.ts; `SOURCE` a JSON text)
 * - `{prefix}:confirmed`, a hash: source → epoch ms
 * - `{prefix}:collector`, the machine that collects, while its lease lasts
 * - `{prefix}:seeding`, the machine that fills a new epoch, for a few seconds
 */
import { putCode, takeCode } from './codes.ts'
import { heartbeat, resign, tryWrite } from './heartbeat.ts'
import { seed, seeded } from './seed.ts'
import { write } from './write.ts'

export const SCRIPTS = { tryWrite, heartbeat, seed, seeded, write, resign, putCode, takeCode }
