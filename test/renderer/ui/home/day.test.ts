/** A day of the window: whatever happens, nothing that is shown moves, except by gliding. */
import { describe, expect, it } from 'vitest'
import type { LinkState } from '../../../../common/protocol/link.ts'
import type { WindowState } from '../../../../common/protocol/window-state.ts'
import { DEFAULT_READER_SETTINGS } from '../../../../common/protocol/shared-values.ts'
import type { Account, Message } from '../../../../common/protocol/wire.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { useBuiltWindow } from '../../built-window.ts'
import { showState } from '../../scripted-bridge.ts'
import { account, windowState, withAccounts } from '../../states.ts'

const HOUR_MS = 3_600_000
const message = (id: number, hoursAgo = 0): Message => ({
  id: String(id),
  folder: 'INBOX',
  from: `Person ${id} <person${id}@example.org>`,
  subject: `Subject ${id}`,
  date: new Date(Date.now() - hoursAgo * HOUR_MS).toISOString(),
})
const inbox = (id: string, unread: number, latest: readonly Message[], change: Partial<Account> = {}): Account =>
  account({ id, unread, latest: [...latest], folders: [{ path: 'INBOX', role: 'inbox', unread }], ...change })

/** What happens, in its order, from a morning with two accounts. */
function dayOf(): readonly (readonly [string, WindowState])[] {
  const old = [message(3, 2), message(2, 30), message(1, 80)]
  const first = inbox('kim@example.org', 9, old)
  const second = inbox('work@example.com', 1, [message(4, 5)])
  const day = withAccounts(first, second)
  const linked = (link: LinkState): WindowState => ({ ...day, servers: day.servers.map((server) => Object.assign({}, server, { link })) })
  const seen = withAccounts(first, inbox('work@example.com', 0, []))
  const mute = { ...DEFAULT_READER_SETTINGS, muted: [{ scope: null, untilMs: null }] }
  return [
    ['an arrival', withAccounts(inbox('kim@example.org', 10, [message(9), ...old]), second)],
    ['two arrivals', withAccounts(inbox('kim@example.org', 12, [message(11), message(10), message(9), ...old]), second)],
    ['a read message', withAccounts(inbox('kim@example.org', 11, [message(11), message(9), ...old]), second)],
    ['many read messages', day],
    ['a count of four digits', withAccounts(inbox('kim@example.org', 28_775, old), second)],
    ['an account without unread messages', seen],
    ['nothing unread', withAccounts(inbox('kim@example.org', 0, []), inbox('work@example.com', 0, []))],
    ['the first message', withAccounts(inbox('kim@example.org', 1, [message(12)]), inbox('work@example.com', 0, []))],
    ['the messages of the morning', day],
    ['a check', { ...day, check: { isRunning: true, endedAtMs: null } }],
    ['its end', { ...day, check: { isRunning: false, endedAtMs: Date.now() } }],
    ['a mute', { ...day, readerSettings: mute }],
    ['a lost connection', linked({ phase: 'retrying', atMs: Date.now() + 45_000, problem: { code: 'unreachable', detail: '' } })],
    ['the next try', linked({ phase: 'connecting' })],
    ['a connection', day],
    ['a notice', { ...day, notices: [{ id: 'server-down', detail: 'It ended with code 1.' }] }],
    ['two notices', { ...day, notices: [{ id: 'server-down', detail: 'It ended with code 1.' }, { id: 'no-keyring' }] }],
    ['no notice', day],
    ['a stale account', withAccounts(inbox('kim@example.org', 9, old, { status: 'stale' }), second)],
    ['an account that answers', day],
  ]
}

describe.runIf(needs(browserName))('through a day of the window', () => {
  const ui = useBuiltWindow()

  // At 200 %, a window has half of its pixels.
  it.each([
    ['reduce', 420, 640, 'en', 'window'],
    ['no-preference', 420, 640, 'en', 'window'],
    ['reduce', 1_280, 800, 'en', 'window'],
    ['reduce', 320, 480, 'en', 'window'],
    ['reduce', 210, 420, 'en', 'window'],
    ['reduce', 210, 420, 'ko', 'window'],
    ['reduce', 190, 280, 'en', 'page'],
    ['reduce', 190, 280, 'ko', 'page'],
    ['reduce', 250, 400, 'en', 'page'],
  ] as const)('there is no layout shift (motion: %s, %d × %d, %s, %s)', async (reducedMotion, width, height, language, kind) => {
    const look = kind === 'page' ? { language, desktop: null } : { language }
    const day = dayOf().map(([event, state]) => [event, { ...state, ...look }] as const)
    const page = await ui.open(day.at(-1)?.[1] ?? windowState())
    await page.emulateMedia({ reducedMotion })
    await page.setViewportSize({ width, height })
    const twoFrames = (): Promise<unknown> =>
      page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await page.evaluate(() => document.fonts.ready)
    await twoFrames()
    await page.evaluate(() => void (window.shifts.length = 0))
    const moved: string[] = []
    for (const [event, state] of day) {
      await showState(page, state)
      await page.evaluate(() =>
        Promise.all(document.getAnimations().map(({ effect, finished }) => effect?.getTiming().iterations === 1 && finished)),
      )
      await twoFrames()
      const shifts = await page.evaluate(() => window.shifts.splice(0))
      if (shifts.length > 0) moved.push(`${event}: ${shifts.join(', ')}`)
    }
    expect(moved).toEqual([])
  })
})
