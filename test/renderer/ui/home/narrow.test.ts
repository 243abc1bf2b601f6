/** What a narrow window shows, and what does not move in it. */
import { describe, expect, it } from 'vitest'
import { browserName, needs } from '../../../helpers/parts.ts'
import { cutTexts, drawn, findings } from '../../looks.ts'
import { answerRequest, showState } from '../../scripted-bridge.ts'
import { account, allStates, windowState } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'

describe.runIf(needs(browserName))('a narrow window', () => {
  const ui = useBuiltWindow()
  const { open } = ui

  it.each([320, 380, 420, 190])('cuts no text that cannot be read elsewhere in a window of %i pixels', async (width) => {
    await open(windowState())
    await ui.page.setViewportSize({ width, height: 560 })
    for (const language of ['en', 'ko'] as const) {
      for (const [name, state] of allStates()) {
        await showState(ui.page, { ...state, language })
        await drawn(ui.page)
        expect([name, language, ...(await cutTexts(ui.page))]).toEqual([name, language])
      }
    }
  })

  it('names the servers at the same place when the connection of one is lost', async () => {
    const state = allStates().get('two servers') ?? windowState()
    const live = {
      ...state,
      servers: state.servers.map((server) => ({ ...server, link: { phase: 'live' } as const, accounts: [account()] })),
    }
    const lost = { ...live, servers: live.servers.map((server, index) => ({ ...server, link: state.servers[index]?.link ?? server.link })) }
    const tops = (): Promise<number[]> =>
      ui.page.locator('.server h2, .account').evaluateAll((all) => {
        const list = document.querySelector('.servers')?.getBoundingClientRect().top ?? Number.NaN
        return all.map((each) => Math.round(each.getBoundingClientRect().top - list))
      })
    for (const width of [190, 320, 380]) {
      await open(live)
      await ui.page.setViewportSize({ width, height: 560 })
      const before = await tops()
      // What a signed-out server says takes room, at the end.
      await showState(ui.page, { ...lost, servers: lost.servers.slice(0, 2) })
      await ui.page.locator('.server .link-retrying').waitFor()
      expect([width, ...(await tops())]).toEqual([width, ...before.slice(0, 4)])
    }
  })

  it.each([380, 190])(
    'moves nothing when an action on an email fails in a window of %i pixels, and says all of it after a press',
    async (width) => {
      await open(windowState())
      await ui.page.setViewportSize({ width, height: 560 })
      // Where rows glide to.
      const boxes = (): Promise<string[]> =>
        ui.page.locator('.message').evaluateAll((rows) =>
          rows.map((row) => {
            const { offsetTop, offsetHeight } = row as HTMLElement
            return `${offsetTop} ${offsetHeight}`
          }),
        )
      const before = await boxes()
      await answerRequest(ui.page, 'actOnMessage', { ok: false, code: 'mail-server-refused', detail: 'NO [OVERQUOTA] <b>full</b>' })
      await ui.page.clock.install()
      await ui.page.locator('[data-action=archive]').first().click()
      await ui.page.mouse.move(0, 0)
      await ui.page.clock.fastForward('00:30')
      const line = ui.page.getByRole('button', { name: 'The mail server rejected this.' })
      await line.waitFor()
      expect(await boxes()).toEqual(before)
      expect(await findings(ui.page)).toEqual([])
      await line.press('Enter')
      expect(await ui.page.getByRole('dialog', { name: /^Details of/ }).innerText()).toContain('NO [OVERQUOTA] <b>full</b>')
      expect(await findings(ui.page)).toEqual([])
      await ui.page.keyboard.press('Escape')
      expect(await line.evaluate((element) => element === document.activeElement)).toBe(true)
    },
  )
})
