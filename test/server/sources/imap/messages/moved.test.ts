/** A mail that is moved between two looks, on a server that follows a script. */
import { afterEach, expect, test } from 'vitest'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import { type Asked, type FakeImap, startFakeImap } from '../../../../helpers/fake-imap.ts'
import { imapConfig } from '../../../../helpers/imap.ts'
import { type RunningSources, runSources } from '../../../../helpers/sources.ts'
import { until } from '../../../../helpers/until.ts'
import { sourceContext } from '../../../../helpers/source-context.ts'

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

/** A server with two folders, as it stands when it is asked; and what was told since it was 1. */
async function follow(mails: (command: string) => Mails) {
  let idling: Asked | null = null
  fake = await startFakeImap({
    answer(asked) {
      const { command, send, tag } = asked
      const { INBOX, Work } = mails(command)
      if (command === 'IDLE') idling = asked
      if (command === 'EXAMINE') send(`* ${5 + INBOX} EXISTS`, '* OK [UIDVALIDITY 7] ok', `${tag} OK done`)
      else if (command === 'STATUS') send(`* STATUS Work (MESSAGES ${5 + Work} UNSEEN ${Work} UIDNEXT 9)`, `${tag} OK done`)
      else if (command === 'UID SEARCH')
        send(`* ${5 + INBOX} EXISTS`, `* ESEARCH (TAG "x") UID ${INBOX === 1 ? 'COUNT 1 ALL 8' : 'COUNT 0'}`, `${tag} OK done`)
      else asked.asUsual()
    },
  })
  const config = imapConfig({ port: fake.port, password: 'x' }, { folders: ['INBOX', 'Work'], connections: 1, intervalMs: 3_600_000 })
  running = await runSources([createImapSource(config, sourceContext)])
  const counts = () => running.board.get('me')?.counts
  await running.shows('me', 1)
  // Also the one that reads the mails is done by then.
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
])('is counted once where it is found %s by chance, before anybody tells of it', async (_, before, after) => {
  let mails = before
  const { sums, say, shows } = await follow(() => mails)
  mails = after
  // Wakes the account, and says nothing of its folders.
  say('* OK [ALERT] Good morning')
  await shows(after)
  expect([...sums]).toEqual([1])
})

test.each([
  ['both folders', { INBOX: 1, Work: 1 }],
  ['none', { INBOX: 0, Work: 0 }],
])('is counted once though it is seen in %s on its way', async (_, between) => {
  const after = { INBOX: 1, Work: 0 }
  let looks: number | null = null
  const { sums, say, shows } = await follow((command) => {
    if (looks === null) return { INBOX: 0, Work: 1 }
    if (command === 'UID SEARCH') looks += 1
    return looks > 1 ? after : between
  })
  looks = 0
  say('* 6 EXISTS')
  await shows(after)
  expect([...sums]).toEqual([1])
})
