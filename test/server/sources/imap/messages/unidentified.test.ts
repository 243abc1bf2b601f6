/** Messages without UIDVALIDITY or UID, on a scripted server: they are counted, and nothing claims to know them. */
import { expect, onTestFinished, test } from 'vitest'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import { type FakeImapScript, startFakeImap } from '../../../../helpers/imap/fake-imap.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { runSources } from '../../../../helpers/sources/sources.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'

const selected = (...lines: readonly string[]): FakeImapScript => ({
  answer({ command, tag, send, respond }) {
    if (command === 'EXAMINE' || command === 'SELECT') send('* 3 EXISTS', ...lines, `${tag} OK [READ-WRITE] done`)
    else respond()
  },
})

const HEADER = 'Subject: A\r\n\r\n'

test.each<[string, FakeImapScript, string]>([
  ['no UIDVALIDITY', selected('* OK [UIDNEXT 4] ok'), 'no UIDVALIDITY'],
  ['a UIDVALIDITY of 0', selected('* OK [UIDVALIDITY 0] ok'), 'no UIDVALIDITY'],
  [
    'a FETCH without UID',
    {
      answer({ command, tag, send, respond, args }) {
        if (command === 'SELECT') send('* 3 EXISTS', '* OK [UIDVALIDITY 7] ok', `${tag} OK [READ-WRITE] done`)
        else if (command === 'UID FETCH' && args.includes('HEADER'))
          send(`* 2 FETCH (BODY[HEADER.FIELDS (FROM SUBJECT)]<0> {${HEADER.length}}\r\n${HEADER})`, `${tag} OK done`)
        else if (command === 'UID FETCH') send('* 2 FETCH (FLAGS ())', `${tag} OK done`)
        else respond()
      },
    },
    'no UID',
  ],
])('%s: the count is right, `latest` is empty, and an action is refused in words', async (_, script, words) => {
  const fake = await startFakeImap(script)
  const sources = await runSources([createImapSource(imapConfig({ port: fake.port, password: 'secret' }), sourceContext)])
  onTestFinished(fake.close)
  onTestFinished(sources.close)
  await sources.shows('me', 2)
  expect(sources.board.get('me')?.counts).toMatchObject({ unread: 2, total: 3, latest: [] })
  expect(await sources.collector.act({ account: 'me', message: '7.2.INBOX', action: 'read' })).toMatchObject({
    kind: 'failed',
    error: { message: expect.stringContaining(words) },
  })
  expect(fake.commands).not.toContain('UID STORE')
})
