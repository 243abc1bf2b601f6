/** Plays each row of docs/sign-in.md: a scripted server gives the reply, and the collector runs the source. */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../../../../server/auth/secret.ts'
import type { SourceState } from '../../../../../server/collector/runner.ts'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import { createPop3Source } from '../../../../../server/sources/pop3/source.ts'
import { statusError } from '../../../../../server/sources/lib/web/errors.ts'
import { createRetryPolicy } from '../../../../../server/collector/retry-policy.ts'
import type { Source } from '../../../../../server/sources/source.ts'
import { type FakeCommand, startFakeImap } from '../../../../helpers/imap/fake-imap.ts'
import { startFakePop3 } from '../../../../helpers/sources/fake-pop3.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { pop3Config } from '../../../../helpers/sources/pop3.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'
import { runSources } from '../../../../helpers/sources/sources.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../../helpers/tmp.ts'
import { until } from '../../../../helpers/until.ts'

const PASSWORD = 'hunter2-secret'
const CLOSES = 'the connection closes'
const HOUR_MS = 3_600_000

/** The tables of the page, each by its heading or the line before it. */
function tableAfter(line: string): readonly (readonly string[])[] {
  const page = readFileSync(new URL('../../../../../docs/sign-in.md', import.meta.url), 'utf8')
  const rest = page.slice(page.indexOf(line) + line.length)
  const table = rest.slice(rest.indexOf('\n|')).trimStart().split('\n\n')[0] ?? ''
  const rows = table
    .trimEnd()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
    )
  return rows.slice(2)
}

const IMAP = tableAfter("## IMAP\n\nThe server's reply to the password:")
const IMAP_PLAIN = tableAfter('The reply to `AUTHENTICATE PLAIN`')
const IMAP_OFFERS = tableAfter('What the server offers:')
const POP3 = tableAfter("## POP3\n\nThe server's reply to the password:")

const WEB = tableAfter('## JMAP and HTTP')

const closing: (() => Promise<void>)[] = []
let data: TemporaryFolder
beforeAll(async () => {
  data = await temporaryFolder()
  return () => data.remove()
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function stateOf(source: Source): Promise<SourceState> {
  const { states, close } = await runSources([source])
  closing.unshift(close)
  return await until(() => states.find(({ phase }) => phase !== 'starting'))
}

/** The state that a row describes. */
const described = (says: string, code: string, then: string): object => ({
  phase: then === 'waits' ? 'stopped' : 'waiting',
  error: { code, message: expect.stringContaining(says) },
  // `random` is 0 in these tests: the shortest pause.
  ...(then === 'retries' && { retryInMs: expect.toSatisfy((ms: number) => ms >= 10_000) }),
})

function reply(socket: Socket, text: string, line: string): void {
  if (text === CLOSES) socket.destroy()
  else if (line.startsWith('* BYE')) socket.end(`${line}\r\n`)
  else socket.write(`${line}\r\n`)
}

test('the page has rows for each', () => {
  expect([IMAP, IMAP_PLAIN, IMAP_OFFERS, POP3, WEB].map(({ length }) => length > 3)).not.toContain(false)
})

async function imapServer(capabilities: string, answer: (command: FakeCommand, isSecret: boolean) => boolean) {
  let authenticating = ''
  let passwords = 0
  const fake = await startFakeImap({
    greet: ({ send }) => send(`* OK [CAPABILITY IMAP4rev1 ${capabilities}] ready`),
    answer(received) {
      const { command, tag, send, respond } = received
      if (command === 'CAPABILITY') return send(`* CAPABILITY IMAP4rev1 ${capabilities}`, `${tag} OK done`)
      // The response to a challenge is a line of its own.
      const isSecret = authenticating !== ''
      if (isSecret || command === 'LOGIN') passwords += 1
      const request = isSecret ? { ...received, tag: authenticating } : received
      authenticating = ''
      if (answer(request, isSecret)) return
      if (command !== 'AUTHENTICATE') return respond()
      authenticating = tag
      send('+ ')
    },
  })
  closing.push(fake.close)
  return { port: fake.port, commands: fake.commands, passwords: () => passwords }
}

describe('an IMAP server that replies to the password with', () => {
  test.each(IMAP)('%s (%s): Mailbell says “%s”, %s, and %s', async (text, _, says = '', code = '', then = '') => {
    const fake = await imapServer('IDLE', ({ command, tag, socket }) => {
      if (command !== 'LOGIN') return false
      reply(socket, text ?? '', text?.startsWith('* ') ? text : `${tag} ${text}`)
      return true
    })
    const state = await stateOf(createImapSource(imapConfig({ port: fake.port, password: PASSWORD }), sourceContext))
    expect(state).toMatchObject(described(says, code, then))
    expect(fake.passwords()).toBe(1)
  })
})

describe('an IMAP server that refuses the account in reply to', () => {
  const NOT_CONNECTED = 'BAD User is authenticated but not connected.'
  test.each([
    ['NAMESPACE', NOT_CONNECTED, 'does not open the mailbox', 'rate', 'retries'],
    ['EXAMINE', NOT_CONNECTED, 'does not open the mailbox', 'rate', 'retries'],
    ['EXAMINE', 'NO EXAMINE Unsafe Login. Please contact kefu@188.com for help', 'blocks programs', 'config', 'waits'],
  ])('%s, with %s: Mailbell says “%s”, %s, and %s', async (refused, text, says, code, then) => {
    const fake = await imapServer('IDLE NAMESPACE', ({ command, tag, send }) => {
      if (command === refused) send(`${tag} ${text}`)
      return command === refused
    })
    const state = await stateOf(createImapSource(imapConfig({ port: fake.port, password: PASSWORD }), sourceContext))
    expect(state).toMatchObject(described(says, code, then))
  })
})

describe('an IMAP server that replies to AUTHENTICATE PLAIN with', () => {
  test.each(IMAP_PLAIN)('%s (%s), %s the password: %s', async (text, _, when, then = '') => {
    const fake = await imapServer('IDLE AUTH=PLAIN', ({ command, tag, send }, isSecret) => {
      if (when === 'after' ? !isSecret : command !== 'AUTHENTICATE') return false
      send(`${tag} ${text}`)
      return true
    })
    const state = await stateOf(
      createImapSource(imapConfig({ port: fake.port, password: PASSWORD }, { intervalMs: HOUR_MS }), sourceContext),
    )
    expect(state.phase).toBe({ 'next way': 'live', waits: 'stopped', retries: 'waiting' }[then])
    expect(fake.passwords()).toBe(Number(when === 'after') + Number(then === 'next way'))
  })
})

test.each([
  ['with a refusal', ' BAD unknown command\r\n'],
  ['without an answer', null],
])('an IMAP server that ends the connection at a mechanism, %s, is signed in to the next way in the same attempt', async (_, text) => {
  const fake = await imapServer('IDLE AUTH=PLAIN', ({ command, tag, socket }) => {
    if (command === 'AUTHENTICATE') socket.end(text === null ? '' : `${tag}${text}`)
    return command === 'AUTHENTICATE'
  })
  const state = await stateOf(createImapSource(imapConfig({ port: fake.port, password: PASSWORD }), sourceContext))
  expect(state.phase).toBe('live')
  expect(fake.commands.filter((command) => command === 'AUTHENTICATE')).toHaveLength(1)
})

test('an IMAP server that asks for the password with a bare plus sign gets it', async () => {
  const fake = await imapServer('IDLE AUTH=PLAIN', ({ command, tag, send, socket }, isSecret) => {
    if (isSecret) send(`${tag} OK done`)
    else if (command === 'AUTHENTICATE') socket.write('+\r\n')
    return isSecret
  })
  const state = await stateOf(createImapSource(imapConfig({ port: fake.port, password: PASSWORD }), sourceContext))
  expect(state.phase).toBe('live')
})

test.each([
  ['400', 'auth', 'stopped'],
  ['503', 'rate', 'waiting'],
])('a token that is refused with a challenge and the status %s is named so: %s, %s', async (status, code, phase) => {
  let challenged = false
  const fake = await imapServer('IDLE AUTH=XOAUTH2', ({ tag, send }, isSecret) => {
    if (!isSecret) return false
    challenged = true
    send(`+ ${Buffer.from(JSON.stringify({ status, schemes: 'Bearer' })).toString('base64')}`, `${tag} NO AUTHENTICATE failed.`)
    return true
  })
  const token = { password: null, accessToken: new Secret({ value: 'token' }) }
  const state = await stateOf(createImapSource(imapConfig({ port: fake.port, password: PASSWORD }, token), sourceContext))
  expect(state).toMatchObject({ phase, error: { code, message: expect.stringContaining(code === 'auth' ? '(400)' : 'at the moment') } })
  expect(challenged).toBe(true)
})

test('a way to sign in that the server refused is not tried again on the next connection', async () => {
  const fake = await imapServer('IDLE AUTH=PLAIN', ({ command, tag, send, socket, respond }) => {
    if (command === 'AUTHENTICATE') send(`${tag} BAD unknown command`)
    else if (command === 'IDLE') socket.destroy()
    else respond()
    return true
  })
  await stateOf(createImapSource(imapConfig({ port: fake.port, password: PASSWORD }), sourceContext))
  await until(() => fake.commands.filter((command) => command === 'LOGIN').length >= 2)
  expect(fake.commands.filter((command) => command === 'AUTHENTICATE')).toHaveLength(1)
})

describe('an IMAP server that offers', () => {
  test.each(IMAP_OFFERS)(
    '%s, to an account with a %s: Mailbell says “%s”, %s, and %s',
    async (offers, kind, says = '', code = '', then = '') => {
      const fake = await imapServer(offers ?? '', () => false)
      const token = { password: null, accessToken: new Secret({ value: 'token' }) }
      const config = imapConfig({ port: fake.port, password: PASSWORD }, kind === 'token' ? token : {})
      expect(await stateOf(createImapSource(config, sourceContext))).toMatchObject(described(says, code, then))
      expect(fake.commands).toEqual([])
    },
  )
})

describe('a POP3 server that replies to the password with', () => {
  test.each(POP3)('%s (%s): Mailbell says “%s”, %s, and %s', async (text = '', _, says = '', code = '', then = '') => {
    const fake = await startFakePop3()
    closing.push(fake.close)
    fake.answer = (command, socket) => {
      if (!command.startsWith('PASS')) return undefined
      if (text !== CLOSES) return text
      socket.destroy()
      return ''
    }
    expect(await stateOf(createPop3Source(pop3Config(fake, data.path), sourceContext))).toMatchObject(described(says, code, then))
    expect(fake.commands.filter((command) => command.startsWith('PASS'))).toHaveLength(1)
  })
})

describe('a JMAP or HTTP server that replies with', () => {
  test.each(WEB)('%s, to an account with a %s: Mailbell says “%s”, %s, and %s', (answer = '', kind, says = '', code = '', then = '') => {
    const [, status, name = 'x', value = ''] = /^`?(\d{3})`?(?: with `([\w-]+): (.*?)`?)?$/.exec(answer) ?? []
    const headers = { [name.toLowerCase()]: value }
    const error = statusError({ status: Number(status), headers }, 'https://h', 'check it', kind === 'token' ? 'Bearer t' : 'Basic dQ==')
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) })
    expect(
      createRetryPolicy(
        () => 0,
        () => 0,
      ).failed(error) === null,
    ).toBe(then === 'waits')
    expect(error.retryAfterMs).toBe(value === '90' ? 90_000 : undefined)
  })
})
