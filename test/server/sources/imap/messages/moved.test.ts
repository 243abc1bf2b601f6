/** A message that is moved between two polls, on a scripted server. */
import { afterEach, expect, test } from 'vitest'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import { type FakeCommand, type FakeImap, startFakeImap } from '../../../../helpers/imap/fake-imap.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { type RunningSources, runSources } from '../../../../helpers/sources/sources.ts'
import { until } from '../../../../helpers/until.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'

let fake: FakeImap
let running: RunningSources
afterEach(async () => {
  await running.close()
  await fake.close()
})

interface Mails {
  readonly INBOX: number
  readonly Work: number
}

/** A server whose folders depend on the command; and the sums that were reported after the first. */
async function follow(unreadAt: (command: string) => Mails) {
  let idling: FakeCommand | null = null
  fake = await startFakeImap({
    answer(received) {
      const { command, send, tag } = received
      const { INBOX, Work } = unreadAt(command)
      if (command === 'IDLE') idling = received
      if (command === 'EXAMINE') send(`* ${5 + INBOX} EXISTS`, '* OK [UIDVALIDITY 7] ok', `${tag} OK done`)
      else if (command === 'STATUS') send(`* STATUS Work (MESSAGES ${5 + Work} UNSEEN ${Work} UIDNEXT 9)`, `${tag} OK done`)
      else if (command === 'UID SEARCH')
        send(`* ${5 + INBOX} EXISTS`, `* ESEARCH (TAG "${tag}") UID ${INBOX === 1 ? 'COUNT 1 ALL 8' : 'COUNT 0'}`, `${tag} OK done`)
      else received.respond()
    },
  })
  const config = imapConfig({ port: fake.port, password: 'x' }, { folders: ['INBOX', 'Work'], connections: 1, intervalMs: 3_600_000 })
  running = await runSources([createImapSource(config, sourceContext)])
  const counts = () => running.board.get('me')?.counts
  await running.shows('me', 1)
  // The connection that reads messages is done by then.
  await until(() => idling && counts()?.latest)
  const sums = new Set<number | undefined>()
  running.board.subscribe(() => void sums.add(counts()?.unread))
  return {
    sums,
    say: (line: string): void => idling?.send(line),
    shows: ({ INBOX, Work }: Mails) =>
      until(
        () =>
          counts()
            ?.folders?.map(({ unread }) => unread)
            .join() === [INBOX, Work].join(),
      ),
  }
}

test.each([
  ['into the selected folder', { INBOX: 0, Work: 1 }, { INBOX: 1, Work: 0 }],
  ['out of the selected folder', { INBOX: 1, Work: 0 }, { INBOX: 0, Work: 1 }],
])('is counted once where a poll finds it %s before any push', async (_, before, after) => {
  let unread = before
  const { sums, say, shows } = await follow(() => unread)
  unread = after
  // Wakes the account without a word about its folders.
  say('* OK [ALERT] Good morning')
  await shows(after)
  expect([...sums]).toEqual([1])
})

test.each([
  ['both folders', { INBOX: 1, Work: 1 }],
  ['none', { INBOX: 0, Work: 0 }],
])('is counted once although it appears in %s in transit', async (_, between) => {
  const after = { INBOX: 1, Work: 0 }
  let polls: number | null = null
  const { sums, say, shows } = await follow((command) => {
    if (polls === null) return { INBOX: 0, Work: 1 }
    if (command === 'UID SEARCH') polls += 1
    return polls > 1 ? after : between
  })
  polls = 0
  say('* 6 EXISTS')
  await shows(after)
  expect([...sums]).toEqual([1])
})
