import { describe, expect, it } from 'vitest'
import type { Candidate, KnownAccount } from '../../../../common/protocol/discovery.ts'
import { candidate } from '../../../helpers/candidate.ts'
import { desktopParts } from '../../../helpers/desktop/desktop-state.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings, inLook, LOOKS, overflows } from '../../looks.ts'
import { answerRequest } from '../../scripted-bridge.ts'
import { windowState } from '../../states.ts'
import { useAddView } from './add-view.ts'

const known = (address: string, change: Partial<Candidate> = {}, more: Partial<KnownAccount> = {}): KnownAccount => ({
  discovery: {
    address,
    candidates: [candidate({ user: 'alice', origins: ['thunderbird'], ...change })],
    provider: null,
  },
  byBrowser: false,
  isPlain: false,
  folders: [],
  ...more,
})

const ALICE = known('alice@example.org')
const GOOGLE = known('kim@gmail.com', { host: 'imap.gmail.com', signIn: ['app-password', 'google'] }, { byBrowser: true })
const GNOME = known('lee@gmail.com', { host: 'imap.gmail.com', user: 'lee@gmail.com', signIn: ['desktop'], origins: ['gnome'] })
const BRIDGE = known('lee@proton.me', { host: '127.0.0.1', port: 1143 }, { isPlain: true, folders: ['*', '!\\Junk'] })

describe.runIf(needs(browserName))('the accounts of Thunderbird', () => {
  const { ui, added, focused, submit } = useAddView()
  const first = (managedAccounts: readonly string[] = []) => windowState({ ...desktopParts({ firstRun: true, managedAccounts }) })

  async function openFirst(accounts: readonly KnownAccount[], state = first()): Promise<void> {
    await ui.open(state)
    await answerRequest(ui.page, 'readKnownAccounts', { ok: true, known: [...accounts] })
    await ui.page.getByRole('button', { name: 'Continue' }).click()
  }
  const offer = (name: string) => ui.page.getByRole('region', { name: 'Found in Thunderbird' }).getByRole('button', { name })

  it('are offered at the first run; one key fills the form, in which only the password is missing', async () => {
    await openFirst([ALICE, BRIDGE])
    await offer('alice@example.org').press('Enter')
    await ui.page.locator('h1:focus').waitFor()
    expect(await ui.page.locator('main').innerText()).toContain('As set up in Thunderbird')
    // Past the button that changes the address.
    for (let presses = 0; presses < 2; presses += 1) await ui.page.keyboard.press('Tab')
    expect(await focused()).toBe('field-password')
    await ui.page.keyboard.type('secret')
    await ui.page.keyboard.press('Enter')
    await until(async () => (await added()).length === 1)
    expect(await added()).toMatchObject([
      { account: 'alice@example.org', host: 'imap.example.org', port: 993, user: 'alice', password: 'secret' },
    ])
  })

  it('go to the sign-in in the browser where Thunderbird does', async () => {
    await openFirst([GOOGLE])
    await offer('kim@gmail.com').click()
    await ui.page.getByLabel('Client ID').waitFor()
    expect(await ui.page.getByLabel('App password').count()).toBe(0)
  })

  it('need nothing typed where the desktop is signed in to them', async () => {
    await openFirst([GNOME, ALICE])
    await offer('alice@example.org').waitFor()
    const desktop = ui.page.getByRole('region', { name: 'Found in GNOME Online Accounts' })
    await desktop.getByRole('button', { name: 'lee@gmail.com' }).click()
    await ui.page.getByText('No password is needed.').waitFor()
    expect(await ui.page.locator('#field-password').count()).toBe(0)
    await submit()
    await until(async () => (await added()).length === 1)
    expect(await added()).toMatchObject([{ account: 'lee@gmail.com', host: 'imap.gmail.com', password: '', desktop: true }])
  })

  it('are offered with the form for an account as well, without those that are there already', async () => {
    await ui.open(windowState({ ...desktopParts({ managedAccounts: ['alice@example.org'] }) }))
    await answerRequest(ui.page, 'readKnownAccounts', { ok: true, known: [ALICE, BRIDGE] })
    await ui.page.click('#open-add')
    await offer('lee@proton.me').click()
    expect(await ui.page.getByText('alice@example.org').count()).toBe(0)
    await ui.page.fill('#field-password', 'secret')
    await submit()
    await until(async () => (await added()).length === 1)
    expect(await added()).toMatchObject([{ host: '127.0.0.1', port: 1143, security: 'none', folders: ['*', '!\\Junk'] }])
  })

  it('leave no trace where there are none, or where none can be read', async () => {
    await openFirst([])
    await ui.page.getByRole('button', { name: 'Add account' }).waitFor()
    expect(await ui.page.locator('.known').count()).toBe(0)
    await ui.open(first())
    await answerRequest(ui.page, 'readKnownAccounts', { ok: false, code: 'unavailable' })
    await ui.page.getByRole('button', { name: 'Continue' }).click()
    await ui.page.getByRole('button', { name: 'Add account' }).waitFor()
    expect(await ui.page.locator('.known').count()).toBe(0)
  })

  it.each(LOOKS)('have no serious finding of axe-core, and fit: %s, %s', async (theme, language) => {
    await ui.open(inLook(first(), theme, language))
    const long = known(`${'long'.repeat(20)}@example.org`, { host: `imap.${'long'.repeat(15)}.example.org` })
    await answerRequest(ui.page, 'readKnownAccounts', { ok: true, known: [GNOME, ALICE, long] })
    await ui.page.locator('.first-run .primary').click()
    await ui.page.locator('.known button').first().waitFor()
    expect(await findings(ui.page)).toEqual([])
    expect(await overflows(ui.page)).toBe(false)
  })
})
