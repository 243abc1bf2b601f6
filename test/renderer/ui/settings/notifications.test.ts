import { describe, expect, it } from 'vitest'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { showState } from '../../scripted-bridge.ts'
import { ALL, stateWith, useSettingsView } from './settings-view.ts'

describe.runIf(needs(browserName))('the notification settings', () => {
  const { ui, open, lastRequest, field, button } = useSettingsView()

  it('show an imported number of minutes', async () => {
    await open(stateWith({ idleMinutes: 7 }))
    expect(await field('When to notify me').locator('option:checked').innerText()).toBe('Only if I was active in the last 7 minutes')
  })

  it('save quiet hours by day and time, also past midnight', async () => {
    await open(stateWith())
    await button('Add quiet hours').click()
    expect(await lastRequest(1)).toEqual({
      name: 'updateReaderSettings',
      argument: { quietHours: [{ days: [0, 1, 2, 3, 4], from: '22:00', to: '07:00' }] },
    })
    await showState(ui.page, stateWith({ quietHours: [{ days: [0, 6], from: '22:00', to: '07:00' }] }))
    await ui.page.getByText('Ends the next day.').waitFor()
    await button('Sunday').click()
    expect(await lastRequest(2)).toEqual({
      name: 'updateReaderSettings',
      argument: { quietHours: [{ days: [6], from: '22:00', to: '07:00' }] },
    })
    await field('From').fill('21:30')
    expect(await lastRequest(3)).toEqual({
      name: 'updateReaderSettings',
      argument: { quietHours: [{ days: [0, 6], from: '21:30', to: '07:00' }] },
    })
    await button('Remove quiet hours from 22:00 to 07:00').click()
    expect(await lastRequest(4)).toEqual({ name: 'updateReaderSettings', argument: { quietHours: [] } })
  })

  it('never leave quiet hours without a day', async () => {
    await open(stateWith({ quietHours: [{ days: [6], from: '22:00', to: '07:00' }] }))
    await button('Saturday').dispatchEvent('click')
    await button('Sunday').click()
    expect(await lastRequest(1)).toEqual({
      name: 'updateReaderSettings',
      argument: { quietHours: [{ days: [0, 6], from: '22:00', to: '07:00' }] },
    })
  })

  it('save important senders, and reject what is not one', async () => {
    await open(stateWith({ vips: ['boss@example.org'] }))
    await field('Address or @domain').fill('kim')
    await ui.page.keyboard.press('Enter')
    await ui.page.getByText('Enter an address such as').waitFor()
    await field('Address or @domain').fill('Boss@Example.org')
    await ui.page.keyboard.press('Enter')
    await ui.page.getByText('This sender is already on the list.').waitFor()
    await field('Address or @domain').fill('@Family.example')
    await ui.page.keyboard.press('Enter')
    expect(await lastRequest(1)).toEqual({ name: 'updateReaderSettings', argument: { vips: ['boss@example.org', '@family.example'] } })
    await until(async () => (await field('Address or @domain').inputValue()) === '')
    await button('Remove boss@example.org').click()
    expect(await lastRequest(2)).toEqual({ name: 'updateReaderSettings', argument: { vips: [] } })
  })

  it('list what is muted now, with a button to unmute', async () => {
    await open(stateWith(ALL))
    const list = ui.page.locator('.mute-list li')
    expect(await list.count()).toBe(2)
    expect(await list.nth(1).innerText()).toMatch(/kim@example.org 회의\s+until you unmute/)
    await button('Unmute kim@example.org 회의').click()
    expect(await lastRequest(1)).toMatchObject({ name: 'updateReaderSettings', argument: { muted: [{ scope: null }] } })
  })
})
