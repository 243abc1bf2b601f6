import { describe, expect, test } from 'vitest'
import type { LinkProblem } from '../../../common/protocol/link.ts'
import type { SignInPrompt } from '../../../common/protocol/discovery.ts'
import type { TryState } from '../../../common/protocol/manage.ts'
import { createPageManage } from '../../../renderer/browser/manage.ts'
import { createOpenTry } from '../../../renderer/browser/open-try.ts'
import { createBrowserStore } from '../../../renderer/browser/stored.ts'
import type { ManageWire } from '../../../renderer/browser/wire.ts'

const FORM = {
  account: 'kim@example.org',
  protocol: 'imap',
  host: 'imap.example.org',
  port: 993,
  security: 'tls',
  user: 'kim',
  password: 'x',
  folders: [],
} as const
const failing = (code: LinkProblem['code']) => ({ ok: false, problem: { code, detail: '' } }) as const
const DONE = { ok: true } as const

/** A server whose try has these states, one after the other; a problem is a poll that fails. */
function setUp(
  states: readonly (TryState | LinkProblem['code'] | null)[] = [],
  list: LinkProblem['code'] | readonly string[] = [],
  tab: Parameters<typeof createOpenTry>[0] = createBrowserStore('/', () => {
    throw new Error('The tab stores nothing.')
  }),
) {
  const sent: string[] = []
  const left = [...states]
  const next = { before: async (): Promise<void> => undefined }
  let listed = list
  const wire: ManageWire = {
    findMailbox: async () => failing('too-many-tries'),
    readManaged: async () =>
      typeof listed === 'string' ? failing(listed) : { ok: true, value: { file: '/c.yml', accounts: [...listed] } },
    readManagedAccount: async () => failing('not-found'),
    startTry: async (account, again) => {
      sent.push(`${again ? 'again' : 'add'} ${account.account}`)
      return { ok: true, value: { id: 't' } }
    },
    async followTry(_id, etag) {
      sent.push(`follow ${etag}`)
      if (etag !== null) await next.before()
      const state = left.shift()
      if (state === undefined) throw new Error('The page goes on after the end.')
      if (typeof state === 'string') return failing(state)
      return { ok: true, value: { state, etag: `"t.${states.length - left.length}"` } }
    },
    async sendRedirectAddress(id, address) {
      sent.push(`redirect ${id} ${address}`)
      return DONE
    },
    cancelTry: async () => DONE,
    renameAccount: async () => DONE,
    removeAccount: async () => DONE,
    checkAccount: async () => DONE,
  }
  const views: unknown[] = []
  const openTry = createOpenTry(tab)
  const manage = createPageManage(
    openTry,
    () => wire,
    () => views.push(manage.view && [manage.view.tryStep, manage.view.signIn]),
    async () => void sent.push('pause'),
  )
  return { manage, wire, sent, views, openTry, next, list: (changed: typeof list) => void (listed = changed) }
}

const url = 'https://accounts.example.org/'

test.each<SignInPrompt>([
  { kind: 'sign-in', url },
  { kind: 'enter-code', url, code: 'ABCD-EFGH' },
  { kind: 'paste-address', url },
])('follows a try to its end, and shows its steps and how to sign in: %j', async (prompt) => {
  const { manage, sent, views } = setUp([{ kind: 'step', step: 'connect' }, null, prompt, { kind: 'done' }], ['kim@example.org'])
  await manage.refresh()
  expect(await manage.requests.addAccount(FORM)).toEqual({ ok: true })
  expect(sent).toEqual(['add kim@example.org', 'follow null', 'follow "t.1"', 'follow "t.2"', 'follow "t.3"'])
  expect(views).toEqual(expect.arrayContaining([['connect', null], [null, prompt]])) // prettier-ignore
  expect(manage.view).toEqual({ accounts: ['kim@example.org'], file: '/c.yml', tryStep: null, signIn: null, openTry: null, problem: null })
})

test.each<[TryState | LinkProblem['code'], object]>([
  [
    { kind: 'failed', code: 'auth', message: 'NO', step: 'sign-in' },
    { code: 'auth', detail: 'NO', step: 'sign-in' },
  ],
  [{ kind: 'failed', code: 'cancelled', message: '' }, { code: 'cancelled' }],
  [
    { kind: 'failed', code: 'exists', message: '' },
    { code: 'exists', field: 'account' },
  ],
  [
    { kind: 'failed', code: 'config-not-written', message: 'EROFS' },
    { code: 'config-not-written', detail: 'EROFS' },
  ],
  [
    { kind: 'failed', code: 'sign-in-denied', message: 'NO' },
    { code: 'sign-in-denied', detail: 'NO' },
  ],
  ['not-found', { code: 'restarting' }],
])('ends with what went wrong: %j', async (last, expected) => {
  const { manage } = setUp([last])
  expect(await manage.requests.signInAgain(FORM)).toEqual({ ok: false, ...expected })
})

test('brings the address of the browser to the sign-in of the running try alone', async () => {
  const { manage, sent, next } = setUp([{ kind: 'paste-address', url }, { kind: 'done' }])
  expect(await manage.sendRedirectAddress('http://127.0.0.1/')).toMatchObject({ code: 'unavailable' })
  next.before = async () => void (await manage.sendRedirectAddress('http://127.0.0.1:1/?code=c'))
  await manage.requests.addAccount(FORM)
  expect(sent.filter((each) => each.startsWith('redirect'))).toEqual(['redirect t http://127.0.0.1:1/?code=c'])
})

test('goes on after a poll that failed, and gives up after some', async () => {
  const { manage, sent } = setUp(['unreachable', 'gateway', { kind: 'done' }])
  expect(await manage.requests.addAccount(FORM)).toEqual({ ok: true })
  expect(sent.filter((each) => each === 'pause')).toHaveLength(2)
  expect(await setUp(Array.from({ length: 5 }, () => 'unreachable' as const)).manage.requests.addAccount(FORM)).toMatchObject({
    code: 'unreachable',
  })
})

test('keeps the accounts through an outage, and says why they cannot be changed', async () => {
  const { manage, list } = setUp([], ['kim@example.org'])
  await manage.refresh()
  list('unreachable')
  await manage.refresh()
  expect(manage.view).toMatchObject({ accounts: ['kim@example.org'], problem: null })
  list('insecure')
  await manage.refresh()
  expect(manage.view).toMatchObject({ problem: { code: 'insecure' } })
  list('forbidden')
  await manage.refresh()
  expect(manage.view).toBeNull()
})

describe('a try that is left', () => {
  /** The first try waits for `end`; the others go on to the sign-in, and wait. */
  function twoTries() {
    const storage = new Map<string, string | null>()
    const { promise: first, resolve: end } = Promise.withResolvers<void>()
    const { promise: shown, resolve: show } = Promise.withResolvers<void>()
    const tab = {
      read: (name: string) => storage.get(name) ?? null,
      write: (name: string, value: string | null) => void storage.set(name, value),
    }
    const page = setUp([], [], tab)
    let starts = 0
    page.wire.startTry = async () => ({ ok: true, value: { id: String((starts += 1)) } })
    page.wire.followTry = async (id, etag) => {
      if (id === '1' && etag === null) return { ok: true, value: { state: { kind: 'step', step: 'connect' }, etag: '"1"' } }
      if (id === '1') await first
      else if (etag !== null) {
        show()
        await new Promise(() => undefined)
      }
      const state: TryState = id === '1' ? { kind: 'failed', code: 'cancelled', message: '' } : { kind: 'paste-address', url }
      return { ok: true, value: { state, etag: `"${id}"` } }
    }
    page.wire.cancelTry = async (id) => {
      page.sent.push(`cancel ${id}`)
      return DONE
    }
    return { ...page, end, shown }
  }

  test('takes nothing of a later one with its end', async () => {
    const { manage, openTry, end, shown, sent } = twoTries()
    await manage.refresh()
    const first = manage.requests.addAccount(FORM)
    await expect.poll(() => manage.view?.tryStep).toBe('connect')
    await manage.requests.cancelSignIn()
    void manage.requests.addAccount(FORM)
    await shown
    end()
    expect(await first).toMatchObject({ code: 'cancelled' })
    expect([manage.view?.signIn, openTry.read()?.id]).toEqual([{ kind: 'paste-address', url }, '2'])
    await manage.requests.cancelSignIn()
    expect(sent).toEqual(['cancel 1', 'cancel 2'])
  })

  test('is cancelled although it has ended meanwhile, and otherwise says why it is not', async () => {
    const { manage, wire, shown } = twoTries()
    void manage.requests.addAccount(FORM)
    await expect.poll(() => manage.view?.tryStep ?? null).toBe(null)
    void manage.requests.addAccount(FORM)
    await shown
    wire.cancelTry = async () => ({ ok: false, code: 'not-found' })
    expect(await manage.requests.cancelSignIn()).toEqual(DONE)
    wire.cancelTry = async () => ({ ok: false, code: 'offline' })
    expect(await manage.requests.cancelSignIn()).toEqual({ ok: false, code: 'offline' })
  })

  test('ends although its server has not yet answered that it has begun', async () => {
    const { manage, openTry, sent } = twoTries()
    const first = manage.requests.addAccount(FORM)
    await manage.requests.cancelSignIn()
    expect([await first, sent, openTry.read()]).toEqual([{ ok: false, code: 'cancelled' }, ['cancel 1'], null])
  })
})

describe('a page that is loaded again while it tries an account', () => {
  const OAUTH = { ...FORM, password: '', oauth: { provider: 'google', clientId: 'mine', clientSecret: 'of-the-client' } } as const
  const { password: _, ...WITHOUT_PASSWORD } = FORM
  const STORED = { ...WITHOUT_PASSWORD, oauth: { provider: 'google', clientId: 'mine' } }

  /** What the tab stores while the page waits for a sign-in. */
  async function reloaded(again: boolean) {
    const storage = new Map<string, string | null>()
    const tab = {
      read: (name: string) => storage.get(name) ?? null,
      write: (name: string, value: string | null) => void storage.set(name, value),
    }
    const before = setUp([{ kind: 'paste-address', url }], [], tab)
    const { promise: waiting, resolve } = Promise.withResolvers<void>()
    before.next.before = () => {
      resolve()
      return new Promise(() => undefined)
    }
    void (again ? before.manage.requests.signInAgain(OAUTH) : before.manage.requests.addAccount(OAUTH))
    await waiting
    return { storage, tab }
  }

  test.each([true, false])('follows the try again, and stores no secret of it (again: %s)', async (again) => {
    const { storage, tab } = await reloaded(again)
    expect([...storage.values()].join()).not.toContain('of-the-client')
    const after = setUp([{ kind: 'paste-address', url }, { kind: 'done' }], [], tab)
    await after.manage.refresh()
    expect(after.manage.view?.openTry).toMatchObject({ account: STORED, again })
    after.next.before = async () => void (await after.manage.sendRedirectAddress('http://127.0.0.1:1/?code=c'))
    expect(await after.manage.resumeTry()).toEqual({ ok: true })
    expect(after.sent).toContain('redirect t http://127.0.0.1:1/?code=c')
    expect(after.views).toContainEqual([null, { kind: 'paste-address', url }])
    expect([after.manage.view?.openTry, after.openTry.read()]).toEqual([null, null])
  })

  test.each([
    ['sign-in-expired', false, []],
    ['sign-in-expired', true, [FORM.account]],
    [undefined, false, [FORM.account]],
  ] as const)(
    'says that a try which the server no longer knows is over (%s), unless its account is there',
    async (code, again, accounts) => {
      const { tab } = await reloaded(again)
      const after = setUp(['not-found'], accounts, tab)
      await after.manage.refresh()
      expect(await after.manage.resumeTry()).toEqual(code === undefined ? { ok: true } : { ok: false, code })
      expect(after.openTry.read()).toBeNull()
    },
  )

  test('forgets the try when it signs out, and what another version has stored', async () => {
    const { tab } = await reloaded(false)
    const after = setUp([], [], tab)
    after.manage.end()
    expect(after.openTry.read()).toBeNull()
    tab.write('open-try', '{"id":1}')
    await after.manage.refresh()
    expect(after.manage.view?.openTry).toBeNull()
  })
})
