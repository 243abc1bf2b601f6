/** A mail that is moved between two looks, on a server that follows a script. */
import { afterEach, expect, test } from 'vitest'
import { createImapSource } from '../../../server/sources/imap.ts'
import { type Asked, type FakeImap, startFakeImap } from '../../helpers/fake-imap.ts'
import { imapConfig } from '../../helpers/imap.ts'
import { type RunningSources, runSources } from '../../helpers/sources.ts'
import { until } from '../../helpers/until.ts'

let fake: FakeImap
let running: RunningSources
afterEach(async () => {
  await running.close()
  await fake.close()
})

test.each([
  ['into the selected folder', { INBOX: 0, Work: 1 }, { INBOX: 1, Work: 0 }],
  ['out of the selected folder', { INBOX: 1, Work: 0 }, { INBOX: 0, Work: 1 }],
])('is counted once where it is found %s by chance, before anybody tells of it', async (_, before, after) => {
  let mails = before
  let idling: Asked | null = null
  fake = await startFakeImap({
    answer(asked) {
      const { command, args, send, tag } = asked
      if (command === 'IDLE') idling = asked
      if (command === 'EXAMINE') send(`* ${5 + mails.INBOX} EXISTS`, '* OK [UIDVALIDITY 7] ok', `${tag} OK done`)
      else if (command === 'STATUS') {
        const unread = args.includes('Work') ? mails.Work : mails.INBOX
        send(`* STATUS ${args.split(' ')[0]} (MESSAGES ${5 + unread} UNSEEN ${unread} UIDNEXT 9)`, `${tag} OK done`)
      } else if (command === 'UID SEARCH') {
        const found = mails.INBOX === 1 ? 'COUNT 1 ALL 8' : 'COUNT 0'
        send(`* ${5 + mails.INBOX} EXISTS`, `* ESEARCH (TAG "x") UID ${found}`, `${tag} OK done`)
      } else asked.asUsual()
    },
  })
  const config = imapConfig({ port: fake.port, password: 'x' }, { folders: ['INBOX', 'Work'], connections: 1, intervalMs: 3_600_000 })
  running = await runSources([createImapSource(config)])
  const counts = () => running.board.get('me')?.counts
  await running.shows('me', 1)
  await until(() => idling)
  const sums: (number | undefined)[] = []
  running.board.subscribe(() => void sums.push(counts()?.unread))
  mails = after
  // Wakes the account, and says nothing of its folders.
  until(() => idling).then((asked) => asked.send('* OK [ALERT] Good morning'))
  await until(() => counts()?.folders?.every(({ path, unread }) => unread === Reflect.get(after, path)))
  expect(new Set(sums)).toEqual(new Set([1]))
})
