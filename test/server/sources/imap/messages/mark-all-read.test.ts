import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import type { Source } from '../../../../../server/sources/source.ts'
import { startCyrus } from '../../../../helpers/imap/cyrus.ts'
import { startDovecot } from '../../../../helpers/imap/dovecot.ts'
import { type FakeCommand, type FakeImap, startFakeImap } from '../../../../helpers/imap/fake-imap.ts'
import { connectImap, type ImapClient, rawMessage } from '../../../../helpers/imap/imap-client.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { needs, type Part } from '../../../../helpers/parts.ts'
import { until } from '../../../../helpers/until.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'

const readAll = (source: Source) => source.act?.({ account: 'me', action: 'read-all' }, new AbortController().signal)

interface Server {
  readonly port: number
  readonly password: string
  createUser?(user: string): Promise<void>
  close(): Promise<void>
}

const SERVERS = [
  ['Dovecot', 'dovecot', () => startDovecot()],
  ['a Dovecot that says little', 'dovecot', () => startDovecot({ hidden: ['ESEARCH', 'LIST-STATUS', 'LIST-EXTENDED'] })],
  ['Cyrus', 'cyrus', () => startCyrus()],
] as const satisfies readonly (readonly [string, Part, () => Promise<Server>])[]

describe.each(SERVERS.filter(([, part]) => needs(part)))('all messages on %s', (_, part, start) => {
  let server: Server
  let client: ImapClient
  let user: string
  let users = 0
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.close())

  async function mailboxWith(unread: Readonly<Record<string, number>>): Promise<void> {
    user = `all${(users += 1)}`
    await server.createUser?.(user)
    client = await connectImap({ port: server.port, user, password: server.password })
    onTestFinished(client.close)
    for (const [folder, mails] of Object.entries(unread)) {
      if (folder !== 'INBOX') await client.command(`CREATE "${folder}"`)
      for (let mail = 1; mail <= mails; mail += 1)
        await client.append(folder, rawMessage(`Subject: ${mail}`, 'From: a@example.org', `Message-ID: <${folder}.${mail}@example.org>`))
    }
  }
  const sourceOf = (folders: readonly string[]): Source => createImapSource(imapConfig(server, { user, folders }), sourceContext)
  const found = async (folder: string, criteria: string): Promise<readonly number[]> => {
    await client.command(`SELECT "${folder}"`)
    return await client.search(criteria)
  }

  test('are marked read in the counted folders, and in no other', async () => {
    // 회의, as it goes over the wire.
    await mailboxWith({ INBOX: 3, '&1ozHWA-': 2, Read: 0, Spam: 2 })
    await found('INBOX', 'ALL')
    await client.command('UID STORE 2 +FLAGS (\\Seen \\Flagged)')
    expect(await readAll(sourceOf(['*', '!Spam', 'Gone']))).toBe('done')
    for (const folder of ['INBOX', '&1ozHWA-']) expect(await found(folder, 'UNSEEN')).toEqual([])
    expect(await found('Spam', 'UNSEEN')).toHaveLength(2)
    expect(await found('INBOX', 'FLAGGED')).toEqual([2])
    expect(await readAll(sourceOf(['*', '!Spam']))).toBe('done')
  })

  test('can be very many, and later ones stay unread', async () => {
    await mailboxWith({ INBOX: 150 })
    await found('INBOX', 'ALL')
    // Cyrus accepts only a few identical messages.
    for (let copies = part === 'dovecot' ? 3 : 0; copies > 0; copies -= 1) await client.command('UID COPY 1:* INBOX')
    const mails = (await client.search('ALL')).length
    await client.command('UID STORE 10,20,40:45 +FLAGS (\\Seen)')
    const over = new AbortController()
    const done = readAll(sourceOf(['INBOX']))?.finally(() => over.abort())
    for (let mail = 1; !over.signal.aborted && mail < 1_000; mail += 1)
      await client.append('INBOX', rawMessage(`Subject: late ${mail}`, `Message-ID: <late.${mail}@example.org>`))
    expect(await done).toBe('done')
    await client.append('INBOX', rawMessage('Subject: last'))
    const [seen, unseen] = [await found('INBOX', 'SEEN'), await found('INBOX', 'UNSEEN')]
    expect(seen.length).toBeGreaterThanOrEqual(mails)
    expect(unseen.length).toBeGreaterThanOrEqual(1)
    expect(seen.at(-1)).toBeLessThan(unseen[0] ?? 0)
  })
})

describe('all messages on a scripted server', () => {
  interface Played {
    readonly unseen: string
    /** What is answered instead of OK to what begins so. */
    readonly answers?: (asked: FakeCommand) => boolean
  }

  async function playing({ unseen, answers = () => false }: Played): Promise<{ fake: FakeImap; sent: string[]; source: Source }> {
    const sent: string[] = []
    const listed = ['INBOX', 'Shared', 'Work'].map((name) => `* LIST () "/" "${name}"`)
    const fake = await startFakeImap({
      answer(asked) {
        const { command, args, send, tag } = asked
        if (/^(?:STATUS|SELECT|UID)/.test(command)) sent.push(`${command} ${args}`)
        if (answers(asked)) return
        if (command === 'LIST' && args !== '"" ""') send(...listed, `${tag} OK done`)
        else if (command === 'STATUS') send(`* STATUS ${args.split(' ')[0]} (MESSAGES 9 UNSEEN 5 UIDNEXT 1301)`, `${tag} OK done`)
        else if (command === 'SELECT') send('* 9000 EXISTS', '* OK [UIDVALIDITY 7] ok', `${tag} OK [READ-WRITE] done`)
        else if (command === 'UID SEARCH') send(`* ESEARCH (TAG "${tag}") UID ${unseen}`, `${tag} OK done`)
        else asked.respond()
      },
    })
    onTestFinished(fake.close)
    return { fake, sent, source: createImapSource(imapConfig({ port: fake.port, password: 'x' }, { folders: ['*'] }), sourceContext) }
  }

  test('are all counted before the first change, and only those are changed', async () => {
    const { sent, source } = await playing({ unseen: 'COUNT 3 ALL 1:2,5' })
    expect(await readAll(source)).toBe('done')
    const folder = (name: string): string[] => [
      `SELECT "${name}"`,
      'UID SEARCH RETURN (COUNT ALL) UNSEEN UID 1:1300',
      'UID STORE 1:2,5 +FLAGS.SILENT (\\Seen)',
    ]
    const items = '(MESSAGES UNSEEN UIDNEXT)'
    expect(sent.map((line) => line.replaceAll('"', ''))).toEqual(
      [`STATUS INBOX ${items}`, `STATUS Shared ${items}`, `STATUS Work ${items}`, ...['INBOX', 'Shared', 'Work'].flatMap(folder)].map(
        (line) => line.replaceAll('"', ''),
      ),
    )
  })

  test('are changed in pieces of a limited size', async () => {
    const { sent, source } = await playing({
      unseen: `COUNT 1550 ALL 1:1200,${Array.from({ length: 350 }, (_, i) => 1_000_000_000 + 2 * i).join(',')}`,
    })
    expect(await readAll(source)).toBe('done')
    const [first = '', second = '', ...rest] = sent.filter((line) => line.startsWith('UID STORE')).map((line) => line.split(' ')[2])
    expect([first, second]).toEqual(['1:500', '501:1000'])
    expect(rest[0]).toMatch(/^1001:1200,1000000000,/)
    expect(rest.every((set = '') => set.length <= 2_020)).toBe(true)
    const numbers = rest.flatMap((set = '') => set.split(','))
    expect(numbers).toHaveLength(3 * 351 + 2 * 2)
  })

  test('are changed in all other folders where one fails, which is reported at the end', async () => {
    const { fake, sent, source } = await playing({
      unseen: 'COUNT 1 ALL 5',
      answers({ command, args, send, tag }) {
        if (command !== 'SELECT' || !args.includes('Shared')) return false
        send('* 9 EXISTS', '* OK [UIDVALIDITY 7] ok', `${tag} OK [READ-ONLY] done`)
        return true
      },
    })
    await expect(readAll(source)).rejects.toMatchObject({ code: 'protocol', message: 'The folder Shared is read-only.' })
    expect(sent.filter((line) => line.startsWith('UID STORE'))).toHaveLength(2)
    await until(() => fake.connections === 0)
  })

  test.each([
    ['NO [OVERQUOTA] Too much', 'rate'],
    ['NO [CANNOT] Not here', 'protocol'],
  ])('stay unread where the server replies %s, which is reported', async (answer, code) => {
    const { source } = await playing({
      unseen: 'COUNT 1 ALL 5',
      answers({ command, send, tag }) {
        if (command === 'UID STORE') send(`${tag} ${answer}`)
        return command === 'UID STORE'
      },
    })
    await expect(readAll(source)).rejects.toMatchObject({ code })
  })

  test('do not include any of a missing or empty folder', async () => {
    const { sent, source } = await playing({
      unseen: 'COUNT 1 ALL 5',
      answers({ command, args, send, tag }) {
        const isGone = args.includes('Shared')
        if ((command === 'STATUS' || command === 'SELECT') && isGone) send(`${tag} NO [NONEXISTENT] no such folder`)
        else if (command === 'STATUS') send(`* STATUS ${args.split(' ')[0]} (MESSAGES 0 UNSEEN 0 UIDNEXT 1)`, `${tag} OK done`)
        else return false
        return true
      },
    })
    expect(await readAll(source)).toBe('done')
    expect(sent.filter((line) => line.startsWith('UID '))).toEqual([])
  })

  test.each(['LOGIN', 'LIST', 'STATUS', 'SELECT', 'UID SEARCH', 'UID STORE'])(
    'are a network fault where the connection ends at %s',
    async (where) => {
      const { source } = await playing({
        unseen: 'COUNT 1 ALL 5',
        answers({ command, args, socket }) {
          const isThere = command === where && args !== '"" ""'
          if (isThere) socket.destroy()
          return isThere
        },
      })
      await expect(readAll(source)).rejects.toMatchObject({ code: 'network' })
    },
  )
})
