/** More changes at once than the kernel keeps in its queue: what came last is dropped, and must be found all the same. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCountDirSource } from '../../../../../server/sources/count-dir/source.ts'
import { createMaildirSource } from '../../../../../server/sources/maildir/source.ts'
import { createMboxSource } from '../../../../../server/sources/mbox/source.ts'
import { countDirConfig, writeCount } from '../../../../helpers/sources/count-dir.ts'
import { maildirConfig, maildirFolder } from '../../../../helpers/sources/maildir.ts'
import { mboxConfig, mboxMessage } from '../../../../helpers/sources/mbox.ts'
import { runSources } from '../../../../helpers/sources/sources.ts'
import { temporaryFolder } from '../../../../helpers/tmp.ts'

/** Each is two events; the queue holds 16,384 by default. */
const RENAMES = 12_000
const HOUR_MS = 3_600_000

test('finds what the kernel did not report', async () => {
  const tmp = await temporaryFolder()
  const [stormy, calm] = [await maildirFolder(join(tmp.path, 'stormy')), await maildirFolder(join(tmp.path, 'calm'))]
  const [counts, mbox] = [join(tmp.path, 'counts'), join(tmp.path, 'mbox')]
  mkdirSync(counts)
  await writeCount(counts, 'counted', 1)
  writeFileSync(mbox, mboxMessage())
  const base = await stormy.deliver()
  const running = await runSources([
    createMaildirSource(maildirConfig(stormy.dir, { name: 'stormy', account: 'stormy', intervalMs: HOUR_MS })),
    createMaildirSource(maildirConfig(calm.dir, { name: 'calm', account: 'calm', intervalMs: HOUR_MS })),
    createMboxSource(mboxConfig(mbox, { account: 'mbox', intervalMs: HOUR_MS })),
    createCountDirSource(countDirConfig(counts, { intervalMs: HOUR_MS })),
  ])
  try {
    await running.shows('stormy', 1)
    await running.shows('calm', 0)
    await running.shows('mbox', 1)
    await running.shows('counted', 1)
    // In one turn, so that nothing reads the queue.
    let name = join(stormy.dir, 'new', base)
    for (let n = 0; n < RENAMES; n += 1) {
      const next = join(stormy.dir, 'cur', `${base}:2,${n % 2 ? 'F' : 'R'}`)
      renameSync(name, next)
      name = next
    }
    renameSync(name, join(stormy.dir, 'cur', `${base}:2,S`))
    writeFileSync(join(calm.dir, 'new', '1700000000.M1P1.host'), '')
    writeFileSync(mbox, mboxMessage() + mboxMessage())
    renameSync(join(counts, 'counted', '1'), join(counts, 'counted', '2'))
    await running.shows('stormy', 0)
    await running.shows('calm', 1)
    await running.shows('mbox', 2)
    await running.shows('counted', 2)
    expect(running.states.filter(({ phase }) => phase !== 'starting' && phase !== 'live')).toEqual([])
  } finally {
    await running.close()
    await tmp.remove()
  }
})
