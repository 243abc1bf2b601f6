/** What commands call an account: by its label, as tray, window and page do; programs find it by its id. */
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { useCommands } from '../../helpers/cli-folder.ts'
import { until } from '../../helpers/until.ts'

const { inFolder, mailbell, serve, start } = useCommands()

const CONFIG = `server: { port: 0 }
sources:
  - { type: command, account: kim@example.org, label: Work, command: [echo, '3'] }
  - { type: command, account: lee@example.org, label: Team, command: [echo, '1'] }
  - { type: command, account: hong@example.org, label: Team, command: [echo, '2'] }
  - { type: command, account: park@example.org, command: [echo, '4'] }
  - { type: command, name: counter, account: cho@example.org, label: Home, command: [echo, '5'] }
`
const writeConfig = (text = CONFIG): void => writeFileSync(inFolder('mailbell.yml'), text)

test('watch and status print names, and each id where two have one name', async () => {
  writeConfig()
  await serve()
  const watch = start('watch')
  const lines = ['Work 3 unread', 'Team (lee@example.org) 1 unread', 'Team (hong@example.org) 2 unread', 'park@example.org 4 unread']
  const shown = (): readonly string[] =>
    watch
      .stdout()
      .split('\n')
      .map((line) => line.slice('00:00:00 '.length))
  await until(() => lines.every((line) => shown().includes(line)))
  const { stdout } = await mailbell('status')
  expect(stdout.split('\n').slice(1)).toEqual([...lines, 'Home 5 unread'].map((line) => `  ${line}`).concat(''))
})

test('count --all has the id before the label, and no column for an account without one', async () => {
  writeConfig()
  await serve()
  await until(async () => (await mailbell('count')).stdout === '15\n')
  expect((await mailbell('count', '--all')).stdout.split('\n').toSorted()).toEqual([
    '',
    '1\tlee@example.org\tTeam',
    '2\thong@example.org\tTeam',
    '3\tkim@example.org\tWork',
    '4\tpark@example.org',
    '5\tcho@example.org\tHome',
  ])
})

test('a renamed account is a new line of watch', async () => {
  writeConfig()
  const server = await serve()
  const [text, json] = [start('watch'), start('watch', '--format', 'json')]
  await until(() => text.stdout().includes('Work 3 unread') && json.stdout().includes('"label":"Work"'))
  writeConfig(CONFIG.replace('Work', 'Office'))
  server.child.kill('SIGHUP')
  await until(() => text.stdout().includes('Office 3 unread') && json.stdout().includes('"label":"Office"'))
})

test('check names a source by the label of its account, unless it has a name of its own', async () => {
  writeConfig()
  const { code, stdout } = await mailbell('check')
  expect(code).toBe(0)
  expect(stdout.split('\n').slice(1).toSorted()).toEqual([
    '',
    'ok      Team (hong@example.org): 1 account, 2 unread',
    'ok      Team (lee@example.org): 1 account, 1 unread',
    'ok      Work: 1 account, 3 unread',
    'ok      counter: 1 account, 5 unread',
    'ok      park@example.org: 1 account, 4 unread',
  ])
})

test.each([
  ['Team', 'Several accounts are called "Team"; name one by its id: lee@example.org, hong@example.org.'],
  ['work', 'has no account work; check its spelling there.'],
  ['Work', 'The account Work has no oauth'],
  ['park@example.org', 'The account park@example.org has no oauth'],
])('login takes an id or a label that only one account has (%s)', async (account, words) => {
  writeConfig()
  const { code, stderr } = await mailbell('login', account)
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)])
})
