import { describe, expect, onTestFinished, test } from 'vitest'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import type { Source } from '../../../../../server/sources/source.ts'
import { type FakeImap, type FakeImapScript, startFakeImap } from '../../../../helpers/imap/fake-imap.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { until } from '../../../../helpers/until.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'
import { actWith } from './act-with.ts'

describe('a message on a scripted server', () => {
  const GMAIL = 'IMAP4rev1 IDLE ESEARCH UIDPLUS MOVE SPECIAL-USE X-GM-EXT-1'
  const folders = ['* LIST (\\HasNoChildren) "/" "INBOX"', '* LIST (\\HasNoChildren) "/" "Archive"']
  const gmailFolders = [...folders, '* LIST (\\All) "/" "[Gmail]/All Mail"', '* LIST (\\Trash) "/" "[Gmail]/Trash"']

  async function playing(
    answers: NonNullable<FakeImapScript['answer']> = ({ respond }) => respond(),
    capabilities = 'IMAP4rev1 UIDPLUS MOVE',
    listed = capabilities === GMAIL ? gmailFolders : folders,
  ): Promise<{ readonly fake: FakeImap; readonly sent: string[]; readonly act: ReturnType<typeof actWith>; readonly source: Source }> {
    const sent: string[] = []
    const fake = await startFakeImap({
      greet: ({ send }) => send(`* OK [CAPABILITY ${capabilities}] ready`),
      answer(received) {
        const { command, args, send, tag } = received
        if (!/^(?:CAPABILITY|LOGIN|ID|NAMESPACE|ENABLE|LOGOUT|NOOP|IDLE|EXAMINE|UID SEARCH)$/.test(command)) sent.push(`${command} ${args}`)
        if (command === 'CAPABILITY') send(`* CAPABILITY ${capabilities}`, `${tag} OK done`)
        else if (command === 'SELECT') send('* 3 EXISTS', '* OK [UIDVALIDITY 7] ok', `${tag} OK [READ-WRITE] done`)
        else if (command === 'LIST' && args !== '"" ""') send(...listed, `${tag} OK done`)
        else if (command === 'UID FETCH' && args.includes('FLAGS')) send('* 2 FETCH (UID 2 FLAGS (\\Flagged))', `${tag} OK done`)
        else answers(received)
      },
    })
    onTestFinished(fake.close)
    const source = createImapSource(imapConfig({ port: fake.port, password: 'x' }, { user: 'kim@gmail.com' }), sourceContext)
    return { fake, sent, act: actWith(source), source }
  }

  test('is archived on Gmail in All Mail, whatever the label, and removed from the inbox', async () => {
    const { act, sent } = await playing(undefined, GMAIL)
    expect(await act('7.2.INBOX', 'archive')).toBe('done')
    expect(sent.at(-1)).toBe('UID MOVE 2 "[Gmail]/All Mail"')
    for (const label of ['Work', '[Gmail]/All Mail']) {
      expect(await act(`7.2.${label}`, 'archive')).toBe('done')
      expect(sent.at(-1)).toBe('UID STORE 2 -X-GM-LABELS (\\Inbox)')
    }
    expect(await act('7.2.INBOX', 'delete')).toBe('done')
    expect(sent.at(-1)).toBe('UID MOVE 2 "[Gmail]/Trash"')
  })

  test('is archived and deleted below INBOX where a server keeps all folders there', async () => {
    const { act, sent } = await playing(
      ({ command, send, tag, respond }) =>
        command === 'NAMESPACE' ? send('* NAMESPACE (("INBOX." ".")) NIL NIL', `${tag} OK done`) : respond(),
      'IMAP4rev1 NAMESPACE UIDPLUS MOVE CREATE-SPECIAL-USE',
      ['* LIST () "." "INBOX"', '* LIST () "." "INBOX.Deleted Items"'],
    )
    expect(await act('7.2.INBOX', 'archive')).toBe('done')
    expect(sent.slice(-3)).toEqual(['CREATE "INBOX.Archive" (USE (\\Archive))', 'SUBSCRIBE "INBOX.Archive"', 'UID MOVE 2 "INBOX.Archive"'])
    expect(await act('7.2.INBOX', 'delete')).toBe('done')
    expect(sent.at(-1)).toBe('UID MOVE 2 "INBOX.Deleted Items"')
  })

  test('is archived even if the server refuses both special use and subscription', async () => {
    const { act, sent } = await playing(
      ({ command, args, send, tag, respond }) =>
        command === 'SUBSCRIBE' || args.includes('USE') ? send(`${tag} NO [USEATTR] not here`) : respond(),
      'IMAP4rev1 UIDPLUS MOVE CREATE-SPECIAL-USE',
      ['* LIST () "/" "INBOX"'],
    )
    expect(await act('7.2.INBOX', 'archive')).toBe('done')
    expect(sent.slice(-4)).toEqual([
      'CREATE "Archive" (USE (\\Archive))',
      'CREATE "Archive"',
      'SUBSCRIBE "Archive"',
      'UID MOVE 2 "Archive"',
    ])
  })

  test('stays where Gmail hides the target folder; the error says so', async () => {
    const { act, sent } = await playing(undefined, GMAIL, folders)
    await expect(act('7.2.INBOX', 'archive')).rejects.toThrow('All Mail')
    await expect(act('7.2.INBOX', 'delete')).rejects.toThrow('Trash')
    expect(sent.filter((line) => /^UID (?!FETCH)/.test(line))).toEqual([])
  })

  test.each([
    ['NO [OVERQUOTA] Too much', 'rate', 'Too much'],
    ['NO [CANNOT] Not here', 'protocol', 'Not here'],
    ['BAD What?', 'protocol', 'What?'],
  ])('stays unchanged where the server replies %s, and the reason is reported', async (answer, code, words) => {
    const { act, fake } = await playing(({ command, respond, send, tag }) =>
      command === 'UID STORE' ? send(`${tag} ${answer}`) : respond(),
    )
    await expect(act('7.2.INBOX', 'read')).rejects.toMatchObject({ code, message: expect.stringContaining(words) })
    await until(() => fake.connections === 0)
  })

  test.each(['LOGIN', 'SELECT', 'UID FETCH', 'UID STORE'])('is a network error where the connection ends at %s', async (where) => {
    const fake = await startFakeImap({
      answer({ command, args, send, tag, socket, respond }) {
        if (command === where) socket.destroy()
        else if (command === 'SELECT') send('* 3 EXISTS', '* OK [UIDVALIDITY 7] ok', `${tag} OK [READ-WRITE] done`)
        else if (command === 'UID FETCH' && args.includes('FLAGS')) send('* 2 FETCH (UID 2 FLAGS ())', `${tag} OK done`)
        else respond()
      },
    })
    onTestFinished(fake.close)
    const act = actWith(createImapSource(imapConfig({ port: fake.port, password: 'x' }), sourceContext))
    await expect(act('7.2.INBOX', 'read')).rejects.toMatchObject({ code: 'network' })
  })

  test('cannot be changed in a read-only folder', async () => {
    const fake = await startFakeImap({
      answer: ({ command, send, tag, respond }) =>
        command === 'SELECT' ? send('* 3 EXISTS', '* OK [UIDVALIDITY 7] ok', `${tag} OK [READ-ONLY] done`) : respond(),
    })
    onTestFinished(fake.close)
    const act = actWith(createImapSource(imapConfig({ port: fake.port, password: 'x' }), sourceContext))
    await expect(act('7.2.INBOX', 'read')).rejects.toThrow('read-only')
    expect(fake.commands).not.toContain('UID STORE')
  })

  test('is aborted at once, whatever the server does', async () => {
    const { fake, source } = await playing(({ command, respond }) => command !== 'UID STORE' && respond())
    const given = new AbortController()
    const answer = source.act?.({ account: 'me', message: '7.2.INBOX', action: 'read' }, given.signal)
    await until(() => fake.commands.includes('UID STORE'))
    given.abort()
    await expect(answer).rejects.toMatchObject({ code: 'network' })
    await until(() => fake.connections === 0)
  })
})
