import { expect, test } from 'vitest'
import { parseLaunchArguments } from '../../../main/system/launch-arguments.ts'

const NOTHING = { settings: false, check: false, quit: false, hidden: false, links: [] }

test.each([
  [[], NOTHING],
  [['--settings'], { ...NOTHING, settings: true }],
  [['--check', '--hidden'], { ...NOTHING, check: true, hidden: true }],
  [['mailbell://connect?url=x#token=y'], { ...NOTHING, links: ['mailbell://connect?url=x#token=y'] }],
  [['--no-sandbox', '--user-data-dir=/tmp/a', '--ozone-platform-hint=auto', '-psn_0_1'], NOTHING],
])('%j', (given, launch) => {
  expect(parseLaunchArguments(given)).toEqual({ ok: true, launch })
})

test.each([[['--setings']], [['settings']], [['https://example.org']], [['--quit', '/etc/passwd']]])(
  '%j is said to be unknown',
  (given) => {
    const parsed = parseLaunchArguments(given)
    expect(parsed).toMatchObject({ ok: false, message: expect.stringContaining(given.at(-1) ?? '') })
  },
)

test('what is said of an unknown one is one short line, whatever was given', () => {
  const parsed = parseLaunchArguments([`x\n\u001B[31m${'y'.repeat(5000)}`])
  expect(parsed.ok ? '' : parsed.message).not.toMatch(/\p{Cc}/u)
  expect(parsed.ok ? '' : parsed.message.length).toBeLessThan(300)
})
