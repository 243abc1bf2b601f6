/**
 * Pictures of the window for the README: the built page in Debian's Chromium, at 2x, with a Korean and an English email and
 * all notifications muted. With the packages fonts-inter and fonts-noto-cjk the letters are those of most desktops.
 */
import { mock } from 'node:test'
import { launchChromium } from '../test/helpers/web/chromium.ts'
import { openWindow, servePage, showState } from '../test/renderer/scripted-bridge.ts'
import { account, sampleHistory, windowState } from '../test/renderer/states.ts'
import { DEFAULT_READER_SETTINGS } from '../common/protocol/shared-values.ts'
import type { Theme } from '../common/protocol/settings.ts'
import type { WindowState } from '../common/protocol/window-state.ts'

const FONTS = "Inter, 'Noto Sans CJK KR', system-ui, sans-serif"
const NOON = new Date('2026-06-15T12:34:56Z')

const ago = (minutes: number): string => new Date(NOON.getTime() - minutes * 60_000).toISOString()
const message = (id: string, from: string, subject: string, minutes: number) => ({ id, folder: 'INBOX', from, subject, date: ago(minutes) })

function stateIn(theme: Theme): WindowState {
  const state = windowState({
    readerSettings: { ...DEFAULT_READER_SETTINGS, muted: [{ scope: null, untilMs: NOON.getTime() + 3_600_000 }] },
  })
  const kim = account({
    unread: 3,
    folders: [
      { path: 'INBOX', role: 'inbox', unread: 2 },
      { path: '회의', unread: 1 },
    ],
    latest: [
      message('3', '김민지 <minji@example.org>', '회의 자료 공유드립니다', 2),
      message('1', 'Lena Ödegård <lena@example.net>', 'Photos from the weekend', 60 * 26),
    ],
  })
  const work = account({
    id: 'work@example.com',
    unread: 1,
    folders: [],
    latest: [message('2', 'Ada Brown <ada@example.com>', 'Lunch on Thursday?', 47)],
  })
  const servers = state.servers.map((server) => Object.assign({}, server, { accounts: [kim, work] }))
  return { ...state, servers, sharedSettings: { ...state.sharedSettings, theme } }
}

/** PNGs of the window's size. */
export async function windowPictures(size: {
  readonly width: number
  readonly height: number
}): Promise<Readonly<Record<'light' | 'dark', Buffer>>> {
  mock.timers.enable({ apis: ['Date'], now: NOON })
  const server = await servePage()
  const options = { viewport: size, deviceScaleFactor: 2, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' } as const
  const chromium = await launchChromium(options)
  try {
    const page = await chromium.context.newPage()
    await page.clock.setFixedTime(NOON)
    await openWindow(page, server.url, stateIn('light'), { readHistory: { ok: true, history: sampleHistory() } })
    await page.evaluate((fonts) => {
      document.documentElement.style.fontFamily = fonts
      return document.fonts.ready
    }, FONTS)
    await page.locator('.sparkline path').waitFor()
    const light = await page.screenshot()
    await showState(page, stateIn('dark'))
    await page.locator('html[data-theme=dark]').waitFor()
    return { light, dark: await page.screenshot() }
  } finally {
    await chromium.close()
    await server.close()
    mock.timers.reset()
  }
}
