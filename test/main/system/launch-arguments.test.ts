import { expect, test } from 'vitest'
import { parseLaunchArguments, withoutOptions } from '../../../main/system/launch-arguments.ts'

const NO_OPTIONS = { settings: false, check: false, quit: false, hidden: false, urls: [] }

test.each([
  [[], NO_OPTIONS],
  [['--settings'], { ...NO_OPTIONS, settings: true }],
  [['--check', '--hidden'], { ...NO_OPTIONS, check: true, hidden: true }],
  [['mailbell://connect?url=x#token=y'], { ...NO_OPTIONS, urls: ['mailbell://connect?url=x#token=y'] }],
  [['--no-sandbox', '--user-data-dir=/tmp/a', '--ozone-platform-hint=auto', '-psn_0_1'], NO_OPTIONS],
])('%j', (given, launch) => {
  expect(parseLaunchArguments(given)).toEqual({ ok: true, launch })
})

test.each([[['--setings']], [['settings']], [['https://example.org']], [['--quit', '/etc/passwd']]])(
  '%j is reported as unknown',
  (given) => {
    const parsed = parseLaunchArguments(given)
    expect(parsed).toMatchObject({ ok: false, message: expect.stringContaining(given.at(-1) ?? '') })
  },
)

test('an unknown argument is reported in one short line, even with line breaks', () => {
  const parsed = parseLaunchArguments([`x\n\u001B[31m${'y'.repeat(5000)}`])
  expect(parsed.ok ? '' : parsed.message).not.toMatch(/\p{Cc}/u)
  expect(parsed.ok ? '' : parsed.message.length).toBeLessThan(300)
})

test('a later start keeps the switches of the first, and none of its options', () => {
  const args = ['--no-sandbox', '--hidden', '/home/kim/mailbell', 'mailbell://connect?url=x#token=y', '--user-data-dir=/tmp/x', '--check']
  expect(withoutOptions(args)).toEqual(['--no-sandbox', '/home/kim/mailbell', '--user-data-dir=/tmp/x'])
})
