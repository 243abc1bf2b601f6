import { expect, test } from 'vitest'
import { DEFAULT_CHOICES } from '../../main/choices.ts'
import { mailCommand } from '../../main/core/mail-command.ts'
import type { Choices, Outcome } from '../../main/ipc.ts'
import { createMailOpener } from '../../main/mail-opener.ts'
import { account, mail, server } from './core/fixtures.ts'

const letter = { ...mail('7', 1, 'Kim <kim@example.org>', `it's "$(rm -rf ~)" {url}`), folder: 'INBOX', url: 'https://mail.example.org/7' }
const inbox = account('a', 1, { url: 'https://mail.example.org/inbox', latest: [letter] })

function set(choices: Partial<Choices>, accounts = [inbox], fails = false) {
  const done: string[] = []
  const failed: string[] = []
  const opener = createMailOpener({
    choices: () => ({ ...DEFAULT_CHOICES, ...choices }),
    servers: () => [server(accounts)],
    async openLink(url): Promise<Outcome> {
      done.push(`link ${url}`)
      return fails ? { ok: false, code: 'invalid' } : { ok: true }
    },
    async openProgram() {
      if (fails) throw new Error('no mail program is set as the default')
      done.push('program')
    },
    async run(command) {
      if (fails) throw new Error('spawn mutt ENOENT')
      done.push(`run ${JSON.stringify(command)}`)
    },
    openWindow: () => void done.push('window'),
    onFailure: (detail) => void failed.push(detail),
  })
  return { opener, done, failed }
}
const of = { server: 'local', account: 'a', mail: letter }

test('on the web: that very mail, else the inbox of its account, else the window', async () => {
  const { opener, done } = set({})
  await opener.open(of)
  await opener.open({ ...of, mail: mail('8', 2) })
  await opener.open(null)
  const without = set({}, [account('a', 1)])
  await without.opener.open({ ...of, mail: mail('8', 2) })
  await without.opener.open(null)
  expect(done).toEqual(['link https://mail.example.org/7', 'link https://mail.example.org/inbox', 'link https://mail.example.org/inbox'])
  expect(without.done).toEqual(['window', 'window'])
})

test('a page that may not be opened leaves the window', async () => {
  const { opener, done } = set({}, [inbox], true)
  await opener.open(of)
  expect(done).toEqual(['link https://mail.example.org/7', 'window'])
})

test('the mail program, or the command, where the person wants that', async () => {
  const program = set({ opensMailIn: 'program' })
  await program.opener.open(of)
  const command = set({ opensMailIn: 'command', mailCommand: 'mutt -f {folder}' })
  await command.opener.open(of)
  expect([program.done, command.done]).toEqual([['program'], ['run ["mutt","-f","INBOX"]']])
})

test.each([{ opensMailIn: 'program' }, { opensMailIn: 'command', mailCommand: 'mutt' }] as const)(
  'what cannot be started is said, and the window opens in its place: %j',
  async (choices) => {
    const { opener, done, failed } = set(choices, [inbox], true)
    await opener.open(of)
    expect(done).toEqual(['window'])
    expect(failed).toHaveLength(1)
  },
)

test('no command is typed yet: the window', async () => {
  const { opener, done } = set({ opensMailIn: 'command', mailCommand: '  ' })
  await opener.open(of)
  expect(done).toEqual(['window'])
})

test('what a stranger wrote is one argument, whatever is in it; nothing is a placeholder twice', () => {
  expect(mailCommand(`'my mail' --open={url} "{subject}" {from} {nothing} x`, 'a', letter)).toEqual([
    'my mail',
    '--open=https://mail.example.org/7',
    `it's "$(rm -rf ~)" {url}`,
    'Kim <kim@example.org>',
    '{nothing}',
    'x',
  ])
  expect(mailCommand('{url} {account}', 'a@example.org', null)).toEqual(['{url}', 'a@example.org'])
})

test('what a stranger wrote never becomes an option of the program', () => {
  const bad = { ...letter, subject: '--exec=rm', from: '-x' }
  expect(mailCommand('mutt {subject} -s{subject} {from} --to={from}', 'a', bad)).toEqual(['mutt', 'exec=rm', '-s--exec=rm', 'x', '--to=-x'])
})
