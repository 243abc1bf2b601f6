import { expect, test } from 'vitest'
import type { LinkProblem } from '../../../common/protocol/link.ts'
import type { SignInPrompt } from '../../../common/protocol/discovery.ts'
import type { TryState } from '../../../common/protocol/manage.ts'
import { createPageManage } from '../../../renderer/browser/manage.ts'
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
function setUp(states: readonly (TryState | LinkProblem['code'] | null)[] = [], list: LinkProblem['code'] | readonly string[] = []) {
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
  const manage = createPageManage(
    () => wire,
    () => views.push(manage.view && [manage.view.tryStep, manage.view.signIn]),
    async () => void sent.push('pause'),
  )
  return { manage, sent, views, next, list: (changed: typeof list) => void (listed = changed) }
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
  expect(manage.view).toEqual({ accounts: ['kim@example.org'], file: '/c.yml', tryStep: null, signIn: null, problem: null })
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
