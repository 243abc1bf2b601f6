import { describe, expect, test } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import { customCommand } from '../../../main/opening/custom-command.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { DesktopSettings } from '../../../common/protocol/settings.ts'
import { createMessageOpener } from '../../../main/opening/opener.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { account, HOSTILE_IDS, messageAt, server } from '../fixtures.ts'

const message = {
  ...messageAt('7', 1, 'Kim <kim@example.org>', `it's "$(rm -rf ~)" {url}`),
  folder: 'INBOX',
  url: 'https://mail.example.org/7',
}
const inbox = account('a', 1, { url: 'https://mail.example.org/inbox', latest: [message] })

function set(choices: Partial<DesktopSettings>, accounts = [inbox], fails = false) {
  const done: string[] = []
  const failed: string[] = []
  const opener = createMessageOpener({
    platform: 'linux',
    readSettings: () => ({ ...DEFAULT_DESKTOP_SETTINGS, ...choices }),
    readServers: () => [server(accounts)],
    async openUrl(url): Promise<Outcome> {
      done.push(`link ${url}`)
      return fails ? { ok: false, code: 'invalid' } : { ok: true }
    },
    async openProgram(messageId) {
      if (fails) throw new Error('no mail program is set as the default')
      done.push(`program ${messageId}`)
    },
    async run(command) {
      if (fails) throw new Error('spawn mutt ENOENT')
      done.push(`run ${JSON.stringify(command)}`)
    },
    openWindow: () => void done.push('window'),
    onError: (detail) => void failed.push(detail),
  })
  return { opener, done, failed }
}
const target = { server: 'local', account: 'a', message }

test('on the web, it opens the message, else the inbox of its account, else the window', async () => {
  const { opener, done } = set({})
  await opener.open(target)
  await opener.open({ ...target, message: messageAt('8', 2) })
  await opener.open(null)
  const without = set({}, [account('a', 1)])
  await without.opener.open({ ...target, message: messageAt('8', 2) })
  await without.opener.open(null)
  expect(done).toEqual(['link https://mail.example.org/7', 'link https://mail.example.org/inbox', 'link https://mail.example.org/inbox'])
  expect(without.done).toEqual(['window', 'window'])
})

test('a link that is not allowed opens the window', async () => {
  const { opener, done } = set({}, [inbox], true)
  await opener.open(target)
  expect(done).toEqual(['link https://mail.example.org/7', 'window'])
})

test('the mail program, or the command, as configured', async () => {
  const program = set({ opensMailIn: 'program' })
  await program.opener.open({ ...target, message: { ...message, messageId: '7@x' } })
  await program.opener.open(target)
  await program.opener.open(null)
  const command = set({ opensMailIn: 'command', mailCommand: 'mutt -f {folder}' })
  await command.opener.open(target)
  expect([program.done, command.done]).toEqual([['program 7@x', 'program null', 'program null'], ['run ["mutt","-f","INBOX"]']])
})

test.each([{ opensMailIn: 'program' }, { opensMailIn: 'command', mailCommand: 'mutt' }] as const)(
  'a program that cannot be started is reported, and the window opens instead: %j',
  async (choices) => {
    const { opener, done, failed } = set(choices, [inbox], true)
    expect(await opener.open(target)).toMatchObject({ ok: false, code: 'not-opened', detail: expect.any(String) })
    expect(done).toEqual(['window'])
    expect(failed).toHaveLength(1)
  },
)

test('an empty command opens the window', async () => {
  const { opener, done } = set({ opensMailIn: 'command', mailCommand: '  ' })
  expect(await opener.open(target)).toEqual({ ok: false, code: 'not-opened' })
  expect(done).toEqual(['window'])
})

test('only a displayed message can be opened by its id', async () => {
  const { opener, done } = set({ opensMailIn: 'command', mailCommand: 'show {id}' })
  expect(await opener.openById({ server: 'local', account: 'a', message: '7' })).toEqual({ ok: true })
  expect(await opener.openById({ server: 'local', account: 'a', message: '8' })).toEqual({ ok: false, code: 'gone' })
  expect(await opener.openById({ server: 'local', account: 'b', message: '7' })).toEqual({ ok: false, code: 'gone' })
  expect(await opener.openById({ server: 'other', account: 'a', message: '7' })).toEqual({ ok: false, code: 'gone' })
  expect(done).toEqual(['run ["show","7"]'])
})

describe('the command', () => {
  const commandFor = (typed: string, opened: Message | null, platform: NodeJS.Platform = 'linux') =>
    customCommand(typed, 'a@example.org', opened, platform)

  test('passes text from a sender as one argument, and substitutes no placeholder twice', () => {
    expect(commandFor(`'my mail' --open={url} "{subject}" {from} {nothing} x`, message)).toEqual([
      'my mail',
      '--open=https://mail.example.org/7',
      `it's "$(rm -rf ~)" {url}`,
      'Kim <kim@example.org>',
      '{nothing}',
      'x',
    ])
    expect(commandFor('{url} {account}', null)).toEqual(['{url}', 'a@example.org'])
  })

  test('receives no option from text of a sender', () => {
    const bad = { ...message, subject: '--exec=rm', from: '-x', messageId: '--remote=rm@x' }
    expect(commandFor('mutt {subject} -s{subject} {from} --to={from}', bad)).toEqual(['mutt', 'exec=rm', '-s--exec=rm', 'x', '--to=-x'])
    expect(commandFor('mutt {messageId} {folder}{messageId} {nothing}{messageId}', { ...bad, folder: '' })).toEqual([
      'mutt',
      'remote=rm@x',
      'remote=rm@x',
      '{nothing}--remote=rm@x',
    ])
    const slashes = { ...message, subject: '/c calc', messageId: '-/a@x' }
    expect(commandFor('outlook.exe {subject} {messageId} id:{messageId}', slashes, 'win32')).toEqual([
      'outlook.exe',
      'c calc',
      'a@x',
      'id:-/a@x',
    ])
    expect(commandFor('mutt {subject}', slashes)).toEqual(['mutt', '/c calc'])
  })

  test.each(HOSTILE_IDS)('passes the Message-ID %j unchanged, in one argument', (messageId) => {
    expect(commandFor('thunderbird mid:{messageId} "id {messageId}"', { ...message, messageId })).toEqual([
      'thunderbird',
      `mid:${messageId}`,
      `id ${messageId}`,
    ])
  })

  test('omits an argument without values, but passes a lone placeholder as an empty argument', () => {
    expect(commandFor('thunderbird mid:{messageId}', null)).toEqual(['thunderbird'])
    expect(commandFor('show {messageId} {folder}/{messageId} --in={folder} {account}', messageAt('8', 2))).toEqual([
      'show',
      '',
      'a@example.org',
    ])
    expect(commandFor('show {folder}/{messageId}', message)).toEqual(['show', 'INBOX/'])
  })
})
