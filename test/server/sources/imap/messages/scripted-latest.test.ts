import { describe, expect, onTestFinished, test } from 'vitest'
import type { ImapSourceConfig } from '../../../../../server/sources/imap/config.ts'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import { type FakeImapScript, fetchResponse, startFakeImap } from '../../../../helpers/imap/fake-imap.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { type RunningSources, runSources } from '../../../../helpers/sources/sources.ts'
import { until } from '../../../../helpers/until.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'
import { HOUR_MS, latestOf, subjectsOf, shows } from './shown-latest.ts'

describe('the latest messages on a scripted server', () => {
  async function running(
    answer: NonNullable<FakeImapScript['answer']>,
    { greet = 'IMAP4rev1 IDLE ESEARCH', ...change }: Partial<ImapSourceConfig> & { readonly greet?: string } = {},
  ): Promise<RunningSources & { readonly received: string[]; readonly logins: () => number }> {
    const received: string[] = []
    const fake = await startFakeImap({
      greet: ({ send }) => send(`* OK [CAPABILITY ${greet}] ready`),
      answer(each) {
        received.push(`${each.command} ${each.args}`)
        if (each.command === 'CAPABILITY') each.send(`* CAPABILITY ${greet}`, `${each.tag} OK done`)
        else answer(each)
      },
    })
    onTestFinished(fake.close)
    const config = imapConfig({ port: fake.port, password: 'x' }, { user: 'kim@gmail.com', intervalMs: HOUR_MS, ...change })
    const sources = await runSources([createImapSource(config, sourceContext)])
    onTestFinished(sources.close)
    return { ...sources, received, logins: () => received.filter((line) => line.startsWith('LOGIN')).length }
  }

  test('are fetched once each, with a few header fields and a limit', async () => {
    const { received, collector, ...sources } = await running(({ respond }) => respond())
    await shows({ collector, ...sources }, ['Mail 3', 'Mail 2'])
    const fetches = (): readonly string[] => received.filter((line) => line.startsWith('UID FETCH'))
    expect(fetches()).toEqual([
      'UID FETCH 3,2 (UID INTERNALDATE BODY.PEEK[HEADER.FIELDS (FROM SENDER SUBJECT DATE MESSAGE-ID CONTENT-TYPE)]<0.16384>)',
    ])
    const polls = (): number => received.filter((line) => line.startsWith('UID SEARCH')).length
    const before = polls()
    collector.kick()
    await until(() => polls() > before)
    expect(fetches()).toHaveLength(1)
  })

  test('open at their place on Gmail, and the account opens its inbox', async () => {
    const sources = await running(
      ({ command, send, tag, respond }) =>
        command === 'UID FETCH'
          ? send(fetchResponse(2, ['Subject: here'], ' X-GM-MSGID 1278455344230334865'), `${tag} OK done`)
          : respond(),
      { greet: 'IMAP4rev1 IDLE ESEARCH X-GM-EXT-1' },
    )
    await shows(sources, ['here'])
    expect(sources.received.find((line) => line.startsWith('UID FETCH'))).toContain('X-GM-MSGID')
    expect(latestOf(sources)[0]?.url).toBe('https://mail.google.com/mail/u/?authuser=kim%40gmail.com#all/11bdfc5cae0c8191')
    expect(sources.board.get('me')?.counts?.url).toBe('https://mail.google.com/mail/u/?authuser=kim%40gmail.com#inbox')
  })

  test.each([
    ['Gmail’s', 'X-GM-EXT-1', 'X-GM-MSGID 99'],
    ['RFC 8474’s', 'OBJECTID', 'EMAILID (M99)'],
  ])('are the same in two folders by %s id, whatever else differs', async (_, capability, id) => {
    let folder = ''
    const sources = await running(
      ({ command, args, send, tag, respond }) => {
        if (command === 'EXAMINE') folder = args
        if (command === 'STATUS') send('* STATUS Work (MESSAGES 1 UNSEEN 1 UIDNEXT 9)', `${tag} OK done`)
        else if (command === 'UID SEARCH') send(`* ESEARCH (TAG "${tag}") UID COUNT 1 ALL 2`, `${tag} OK done`)
        else if (command === 'UID FETCH') send(fetchResponse(2, [`Subject: in ${folder}`], ` ${id}`), `${tag} OK done`)
        else respond()
      },
      { greet: `IMAP4rev1 ESEARCH ${capability}`, folders: ['INBOX', 'Work'] },
    )
    await shows(sources, ['in INBOX'])
    await sources.shows('me', 2)
    expect(sources.received.filter((line) => line.startsWith('UID FETCH'))).toHaveLength(2)
  })

  test('never delay the count, even while the server does not return them', async () => {
    let held = (): void => undefined
    let folder = ''
    const sources = await running(
      ({ command, args, send, tag, respond }) => {
        if (command === 'EXAMINE') folder = args
        if (command === 'STATUS') send('* STATUS Work (MESSAGES 5 UNSEEN 4 UIDNEXT 9)', `${tag} OK done`)
        else if (command === 'UID FETCH' && folder === 'Work') held = () => send(fetchResponse(3, ['Subject: late']), `${tag} OK done`)
        else respond()
      },
      { folders: ['INBOX', 'Work'], greet: 'IMAP4rev1 ESEARCH' },
    )
    await sources.shows('me', 6)
    await until(() => folder === 'Work' && sources.received.at(-1)?.startsWith('UID FETCH'))
    // Half of them would make the other half look new.
    expect(sources.board.get('me')?.counts?.latest).toBeUndefined()
    held()
    await until(() => subjectsOf(sources).length === 3 && subjectsOf(sources).includes('late'))
  })

  test('are only the requested ones, whatever else the server sends, and nonsense is ignored', async () => {
    const header = ['From: Ann <ann@example.org>']
    const sources = await running(({ command, send, tag, respond }) => {
      if (command === 'UID SEARCH') send('* 5 EXISTS', `* ESEARCH (TAG "${tag}") UID COUNT 5 ALL 1:5`, `${tag} OK done`)
      else if (command !== 'UID FETCH') respond()
      else
        send(
          '* 9 FETCH (FLAGS (\\Seen))',
          '* 1 FETCH (UID 1 FLAGS (\\Seen))',
          '* 2 FETCH (UID 2 BODY[HEADER.FIELDS (SUBJECT)]<0> NIL)',
          '* 3 FETCH (UID 3 INTERNALDATE "tomorrow" BODY[HEADER.FIELDS (SUBJECT)]<0> "Subject: quoted")',
          '* 4 FETCH (UID 4294967296000000 BODY[HEADER.FIELDS (SUBJECT)]<0> "Subject: wrong")',
          '* 4 FETCH (UID (4) BODY[HEADER.FIELDS (SUBJECT)]<0> "Subject: wrong")',
          '* 4 FETCH (BODY[HEADER.FIELDS (SUBJECT)]<0> "Subject: wrong")',
          '* 4 FETCH NIL',
          fetchResponse(5, ['Subject: first', ...header], ' EMAILID NIL X-GM-MSGID <script>'),
          fetchResponse(5, ['Subject: again', ...header]),
          fetchResponse(77, ['Subject: not received for', ...header]),
          `${tag} OK done`,
        )
    })
    await until(() => latestOf(sources).length === 3)
    expect(latestOf(sources)).toEqual([
      { id: '7.5.INBOX', folder: 'INBOX', from: 'Ann <ann@example.org>', subject: 'first', date: '2026-06-01T10:00:05.000Z' },
      { id: '7.3.INBOX', folder: 'INBOX', from: '', subject: 'quoted' },
      { id: '7.2.INBOX', folder: 'INBOX', from: '', subject: '' },
    ])
    expect(sources.board.get('me')?.counts?.unread).toBe(5)
  })

  test('of very many folders are read in the first ones, and in each other after it changes', async () => {
    const folders = ['INBOX', ...Array.from({ length: 130 }, (_, i) => `F${i}`)]
    let unread = 1
    const { received, collector, board } = await running(
      ({ command, args, send, tag, respond }) => {
        if (command !== 'STATUS') return respond()
        const path = args.split(' ')[0]?.replaceAll('"', '')
        send(`* STATUS ${path} (MESSAGES 9 UNSEEN ${path === 'F129' ? unread : 1} UIDNEXT 10)`, `${tag} OK done`)
      },
      { folders, greet: 'IMAP4rev1 ESEARCH' },
    )
    const looked = (): readonly string[] =>
      received.filter((line) => line.startsWith('EXAMINE')).map((line) => line.slice('EXAMINE '.length))
    await until(() => (board.get('me')?.counts?.latest?.length ?? 0) > 0, 15_000)
    expect(looked()).toEqual(folders.slice(0, 101))
    unread = 2
    await until(() => {
      collector.kick()
      return looked().includes('F129')
    })
    expect(looked()).toHaveLength(102)
  })

  test('of other folders are not read after one refused login', async () => {
    let logins = 0
    const sources = await running(
      ({ command, send, tag, respond }) => {
        if (command === 'LOGIN' && (logins += 1) > 1) send(`${tag} NO [AUTHENTICATIONFAILED] no`)
        else if (command === 'STATUS') send(`* STATUS Work (MESSAGES 5 UNSEEN ${logins} UIDNEXT 9)`, `${tag} OK done`)
        else respond()
      },
      { folders: ['INBOX', 'Work'], greet: 'IMAP4rev1 ESEARCH', intervalMs: 20 },
    )
    await until(() => logins === 2)
    const polls = (): number => sources.received.filter((line) => line.startsWith('STATUS')).length
    const before = polls()
    await until(() => polls() > before + 3)
    expect(logins).toBe(2)
    expect(sources.board.get('me')?.status).toBe('ok')
  })
})

describe('the alerts of a server', () => {
  test('are reported from the greeting on, each once, the newest first, without useless ones', async () => {
    let idling = (..._lines: readonly string[]): void => undefined
    const fake = await startFakeImap({
      greet: ({ send }) => send('* OK [ALERT] Down on Sunday\u0007', '* OK [CAPABILITY IMAP4rev1 IDLE] ready'),
      answer({ command, send, respond }) {
        respond()
        if (command === 'IDLE') idling = send
      },
    })
    onTestFinished(fake.close)
    const sources = await runSources([
      createImapSource(imapConfig({ port: fake.port, password: 'x' }, { intervalMs: HOUR_MS }), sourceContext),
    ])
    onTestFinished(sources.close)
    const notices = (): readonly string[] => sources.board.get('me')?.counts?.notices ?? []
    await until(() => fake.commands.includes('IDLE'))
    idling('* OK [ALERT] Mailbox is 95% full', '* OK [ALERT] Mailbox is 95% full')
    await until(() => notices().length > 0 && notices()[0] !== 'Down on Sunday')
    expect(notices()).toEqual(['Mailbox is 95% full', 'Down on Sunday'])
    idling('* OK [ALERT] Down on Sunday', `* OK [ALERT] ${'x'.repeat(5_000)}`, ...Array.from({ length: 9 }, (_, i) => `* OK [ALERT] ${i}`))
    await until(() => notices()[0] === '8')
    expect(notices()).toEqual(['8', '7', '6', '5', '4'])
  })
})
