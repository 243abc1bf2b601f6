import { describe, expect, it } from 'vitest'
import type { WindowState } from '../../../../common/protocol/window-state.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { useBuiltWindow } from '../../built-window.ts'
import { findings, inLook, LOOKS } from '../../looks.ts'
import { type Outcomes, showState } from '../../scripted-bridge.ts'
import { account, allStates, sampleHistory, windowState, withAccounts } from '../../states.ts'

describe.runIf(needs(browserName))('the history in the header', () => {
  const ui = useBuiltWindow()
  const HISTORY = { readHistory: { ok: true, history: sampleHistory() } } as const
  const open = (state: WindowState, outcomes: Outcomes = HISTORY) => ui.open(state, undefined, outcomes)
  const line = () => ui.page.locator('.sparkline > button')
  const reads = (): Promise<number> => ui.page.evaluate(() => window.script.requests.filter(({ name }) => name === 'readHistory').length)

  it('says what it shows, and shows the week on a click or a key', async () => {
    await open(windowState())
    await line().waitFor()
    const label = () => line().getAttribute('aria-label')
    expect(await label()).toBe('All unread email, last 24 hours: lowest 2, highest 14, now 9')
    expect(await line().getAttribute('title')).toMatch(
      /now 9\nNew email shows up 1\.2 sec after it arrives\.\nClick to show the last 7 days\.$/,
    )
    await line().click()
    expect(await label()).toMatch(/^All unread email, last 7 days: lowest \d, highest 1\d, now 9$/)
    await line().press('Enter')
    expect(await label()).toContain('last 24 hours')
  })

  it('appears once it is a line, and then shows the week as a dot if it is new', async () => {
    const startsAt = new Date().toISOString()
    const month = { startsAt, stepSeconds: 3_600, unread: [9] }
    const historyOf = (minutes: number) => ({ day: { startsAt, stepSeconds: 60, unread: Array<number>(minutes).fill(8) }, month })
    await open(windowState(), { readHistory: { ok: true, history: historyOf(5) } })
    await until(async () => (await reads()) === 1)
    expect(await line().count()).toBe(0)
    await open(windowState(), { readHistory: { ok: true, history: historyOf(100) } })
    await line().click()
    expect(await line().getAttribute('aria-label')).toBe('All unread email, last 7 days: lowest 9, highest 9, now 9')
    await line().click()
    expect(await line().getAttribute('aria-label')).toContain('last 24 hours: lowest 8')
  })

  it('takes the place that is kept for it, and moves nothing', async () => {
    await open(windowState())
    await line().waitFor()
    expect(await ui.page.evaluate(() => window.shifts)).toEqual([])
    const [kept, drawn] = await ui.page.evaluate(() =>
      ['.sparkline', '.sparkline > button'].map((at) => document.querySelector(at)?.getBoundingClientRect().toJSON()),
    )
    expect(drawn).toEqual(kept)
  })

  it('reads at most once a minute after changes, and nothing while not connected', async () => {
    await open(allStates().get('not connected') ?? windowState())
    await showState(ui.page, allStates().get('connecting') ?? windowState())
    expect(await reads()).toBe(0)
    await showState(ui.page, windowState())
    await until(async () => (await reads()) === 1)
    for (const unread of [10, 11]) await showState(ui.page, withAccounts(account({ unread })))
    await until(async () => (await line().getAttribute('aria-label'))?.endsWith('now 11'))
    expect(await reads()).toBe(1)
  })

  it('ends with the sign-in that it belongs to', async () => {
    await open(windowState())
    await line().waitFor()
    await showState(ui.page, allStates().get('signed out page') ?? expect.fail())
    expect(await line().count()).toBe(0)
    await showState(ui.page, windowState())
    await line().waitFor()
    expect(await reads()).toBe(2)
  })

  it('leaves its place empty where a server has no history', async () => {
    await open(windowState(), { readHistory: { ok: true, history: null } })
    await until(async () => (await reads()) === 1)
    expect(await line().count()).toBe(0)
  })

  it.each(LOOKS)('has no finding in %s, %s', async (theme, language) => {
    await open(inLook(windowState(), theme, language))
    await line().waitFor()
    expect(await findings(ui.page)).toEqual([])
  })
})
