/** Compares the counts of files with those of Dovecot, while a client changes them at random through it. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createMaildirSource } from '../../../../../server/sources/maildir/source.ts'
import { createMboxSource } from '../../../../../server/sources/mbox/source.ts'
import type { Source } from '../../../../../server/sources/source.ts'
import { type DovecotOptions, startDovecot } from '../../../../helpers/imap/dovecot.ts'
import { connectImap, type ImapClient, rawMessage } from '../../../../helpers/imap/imap-client.ts'
import { maildirConfig } from '../../../../helpers/sources/maildir.ts'
import { mboxConfig } from '../../../../helpers/sources/mbox.ts'
import { needs } from '../../../../helpers/parts.ts'
import { runSources } from '../../../../helpers/sources/sources.ts'
import { until } from '../../../../helpers/until.ts'

/** Changes for each format; an mbox takes longer, because Dovecot rewrites it after each. */
const CHANGES = 150
const MBOX_CHANGES = 50
const HOUR_MS = 3_600_000

/** Random, but the same at every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

async function change(client: ImapClient, folders: readonly string[], random: (below: number) => number): Promise<string> {
  const [folder = '', other = ''] = random(2) === 0 ? folders : folders.toReversed()
  await client.command(`SELECT "${folder}"`)
  const uids = await client.search('ALL')
  const uid = uids[random(uids.length || 1)]
  const action = uid === undefined ? 0 : random(9)
  if (action <= 1) await client.append(folder, rawMessage('Subject: Random'))
  else if (action === 2) await client.append(folder, rawMessage('Subject: Random'), '\\Seen')
  else if (action <= 4) await client.command(`UID STORE ${uid} +FLAGS (\\Seen)`)
  else if (action === 5) await client.command(`UID STORE ${uid} -FLAGS (\\Seen)`)
  else if (action === 6) await client.command(`UID STORE ${uid} +FLAGS (\\Flagged \\Answered)`)
  else if (action === 7 && other !== '') await client.command(`UID MOVE ${uid} "${other}"`)
  else {
    await client.command(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`)
    await client.command(`UID EXPUNGE ${uid}`)
  }
  // Here Dovecot writes its pending changes.
  await client.command('UNSELECT')
  return `${action} in ${folder}`
}

async function truthOf(client: ImapClient, folders: readonly string[]): Promise<number> {
  let sum = 0
  for (const folder of folders) {
    sum += Number(/UNSEEN (\d+)/.exec((await client.command(`STATUS "${folder}" (UNSEEN)`)).join())?.[1])
  }
  return sum
}

async function comesTrue(
  changes: number,
  options: DovecotOptions,
  folders: readonly string[],
  sourceOf: (home: string) => Source,
): Promise<void> {
  const dovecot = await startDovecot(options)
  const client = await connectImap({ port: dovecot.port, user: 'me', password: dovecot.password })
  for (const folder of folders) if (folder !== 'INBOX') await client.command(`CREATE "${folder}"`)
  await client.append('INBOX', rawMessage('Subject: The first'))
  await client.command('SELECT INBOX')
  await client.command('UNSELECT')
  const running = await runSources([sourceOf(dovecot.homeOf('me'))])
  const random = createRandom(20_260_601)
  try {
    for (let done = 0; done < changes; done += 1) {
      const what = await change(client, folders, random)
      const truth = await truthOf(client, folders)
      await until(() => running.board.get('me')?.status === 'ok' && running.board.get('me')?.counts?.unread === truth).catch(() => {
        expect({ change: `${done}: ${what}`, shown: running.board.get('me') }).toEqual({ change: `${done}: ${what}`, shown: truth })
      })
    }
    expect(running.states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  } finally {
    await running.close()
    client.close()
    await dovecot.close()
  }
}

describe.runIf(needs('dovecot'))('each of many random changes through Dovecot is counted', () => {
  const two = ['INBOX', '&uqm4XQ-']
  const folders = ['INBOX', '목록']

  test('in a Maildir with its folders beside it', { timeout: 120_000 }, () =>
    comesTrue(CHANGES, {}, two, (home) => createMaildirSource(maildirConfig(join(home, 'Maildir'), { folders, intervalMs: HOUR_MS }))),
  )

  test('in nested Maildirs', { timeout: 120_000 }, () =>
    comesTrue(CHANGES, { store: 'nestedMaildir' }, two, (home) =>
      createMaildirSource(maildirConfig(join(home, 'Maildir'), { folders, intervalMs: HOUR_MS })),
    ),
  )

  test('in an mbox', { timeout: 120_000 }, () =>
    comesTrue(MBOX_CHANGES, { store: 'mbox' }, ['INBOX'], (home) =>
      createMboxSource(mboxConfig(join(home, 'inbox'), { intervalMs: HOUR_MS })),
    ),
  )
})
