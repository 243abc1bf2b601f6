import { expect, test } from 'vitest'
import { createCommandHandlers } from '../../../main/commands/command-handlers.ts'
import { type Command, type CommandHandlers, createCommands } from '../../../main/commands/commands.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { rememberingLog } from '../system/log.ts'

const NO_OPTIONS = { settings: false, check: false, quit: false, hidden: false, urls: [] }

function setUp(answer: () => Promise<Outcome> = async () => ({ ok: true })) {
  const done: string[] = []
  const failures: string[] = []
  const log = rememberingLog()
  const note = (what: string) => () => void done.push(what)
  const request = (what: string) => async () => {
    done.push(what)
    return await answer()
  }
  const run = createCommandHandlers({
    app: { quit: note('quit'), showAboutPanel: note('about') },
    state: {
      current: { navigation: { view: 'home', requestId: 7 } },
      update: ({ navigation }) => void done.push(`${navigation?.view} ${navigation?.requestId}`),
    } as Parameters<typeof createCommandHandlers>[0]['state'],
    window: { open: note('window'), toggle: note('toggle'), preload: note('preload') },
    opener: { open: request('open') },
    requests: { actOnMessage: request('act'), markAllRead: request('read'), checkNow: request('check'), mute: request('mute') },
    invitations: { open: (link) => link === 'mailbell:valid' },
    log,
  })
  const handlers: CommandHandlers = { run, showError: ({ code, detail }) => void failures.push(detail ?? code) }
  return { commands: createCommands(), handlers, done, failures, log }
}

const settle = () => new Promise(setImmediate)

test('commands received before the app is ready wait, and then run in order', async () => {
  const { commands, handlers, done } = setUp()
  commands.dispatch({ do: 'open-settings' })
  commands.dispatch({ do: 'check-now' })
  await settle()
  expect(done).toEqual([])
  commands.connect(handlers)
  await settle()
  expect(done).toEqual(['settings 8', 'window', 'check'])
})

test('a dispatched command shows its failure; a performed one returns it', async () => {
  const { commands, handlers, failures } = setUp(async () => ({ ok: false, code: 'too-many-acts' }))
  commands.connect(handlers)
  commands.dispatch({ do: 'mark-all-read' })
  await settle()
  expect(failures).toEqual(['too-many-acts'])
  expect(await commands.perform({ do: 'mute', until: 'hour' })).toEqual({ ok: false, code: 'too-many-acts' })
  expect(failures).toEqual(['too-many-acts'])
})

test('a handler that throws is a failure with its message', async () => {
  const { commands, handlers } = setUp(async () => {
    throw new Error('The disk is full.')
  })
  commands.connect(handlers)
  expect(await commands.perform({ do: 'check-now' })).toEqual({ ok: false, code: 'unavailable', detail: 'The disk is full.' })
})

test('a target that cannot be opened shows a failure only with a detail; otherwise the window has opened', async () => {
  const target = { server: 'local', account: 'a', message: null }
  const failures = async (outcome: Outcome) => {
    const { commands, handlers, failures: shown } = setUp(async () => outcome)
    commands.connect(handlers)
    commands.dispatch({ do: 'open-inbox' })
    commands.dispatch({ do: 'open-message', target })
    await settle()
    return shown
  }
  expect(await failures({ ok: false, code: 'not-opened' })).toEqual([])
  expect(await failures({ ok: false, code: 'not-opened', detail: 'spawn mutt ENOENT' })).toHaveLength(2)
})

test.each<[string, Partial<Extract<Command, { do: 'launch' }>['launch']>, string[]]>([
  ['without options opens the window', {}, ['window']],
  ['hidden opens nothing', { hidden: true }, []],
  ['with --check checks, and opens nothing', { check: true }, ['check']],
  ['with --settings opens the settings', { settings: true, hidden: true }, ['settings 8', 'window']],
  ['with --quit quits', { quit: true, check: true }, ['quit']],
  ['with an invitation opens the window, also hidden', { urls: ['mailbell:valid'], hidden: true }, ['window']],
  ['with an invalid link opens the window', { urls: ['mailbell:x'] }, ['window']],
])('a launch %s', async (_what, launch, expected) => {
  const { commands, handlers, done, log } = setUp()
  commands.connect(handlers)
  await commands.perform({ do: 'launch', launch: { ...NO_OPTIONS, ...launch } })
  expect(done).toEqual(expected)
  expect(log.lines.length).toBe(launch.urls?.includes('mailbell:x') ? 1 : 0)
})
