import { setImmediate as turns } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createSignIn, type SignInDeps } from '../../../renderer/browser/sign-in.ts'
import type { Accepted } from '../../../renderer/browser/wire.ts'

const UNREACHABLE: Accepted = { ok: false, code: 'unreachable' }

/** A page with this stored token, and a server that knows these tokens by name. */
function page(stored: string | null, known: Readonly<Record<string, string>>) {
  const state = { stored, codes: new Map([['code', 'new']]), away: false, used: [] as string[] }
  const deps: SignInDeps = {
    async redeem(code) {
      if (state.away) return UNREACHABLE
      const token = state.codes.get(code)
      state.codes.delete(code)
      return token === undefined ? { ok: false, code: 'code-unknown' } : { ok: true, token }
    },
    async tryToken(token) {
      if (state.away) return UNREACHABLE
      return token in known ? { ok: true, token } : { ok: false, code: 'unauthorized' }
    },
    async identify(token) {
      if (state.away) return { kind: 'unknown', name: null }
      return token in known ? { kind: 'known', name: known[token] ?? null } : { kind: 'rejected', name: null }
    },
    storedToken: () => state.stored,
    useToken(token) {
      state.stored = token
      state.used.push(token)
    },
    onChange: () => undefined,
  }
  return { state, signIn: createSignIn(deps) }
}

describe('a link', () => {
  it('signs in where no token is stored', async () => {
    const { state, signIn } = page(null, { new: 'phone' })
    signIn.open({ code: 'code' })
    expect(signIn.view).toEqual({ kind: 'checking' })
    await turns()
    expect([signIn.view, state.used]).toEqual([null, ['new']])
  })

  it('waits for the decision where the stored token works, and is dropped when declined', async () => {
    const { state, signIn } = page('old', { old: 'desk', new: 'phone' })
    signIn.open({ code: 'code' })
    await turns()
    expect([signIn.view, state.stored]).toEqual([{ kind: 'question', current: 'desk', next: 'phone' }, 'old'])
    await signIn.requests.dismissLink()
    await signIn.requests.replaceToken()
    expect([signIn.view, state.used]).toEqual([null, []])
  })

  it('replaces a stored token that the server refuses, and asks nothing for the same token', async () => {
    for (const stored of ['revoked', 'new']) {
      const { state, signIn } = page(stored, { new: 'phone' })
      signIn.open({ token: 'new' })
      await turns()
      expect([signIn.view, state.stored]).toEqual([null, 'new'])
    }
  })

  it('asks when it is unknown whether the stored token works', async () => {
    const { state, signIn } = page('old', { new: 'phone' })
    signIn.open({ token: 'new' })
    await Promise.resolve()
    state.away = true
    await turns()
    expect([signIn.view?.kind, state.stored]).toEqual(['question', 'old'])
  })

  it('that is refused leaves the stored token', async () => {
    const { state, signIn } = page('old', { old: 'desk' })
    signIn.open({ token: 'made-up' })
    await turns()
    expect(signIn.view).toEqual({ kind: 'failed', error: { ok: false, code: 'unauthorized' }, canRetry: false })
    expect([state.stored, state.used]).toEqual(['old', []])
  })

  it('that is refused is of no more interest once a token is entered', async () => {
    const { signIn } = page(null, {})
    signIn.open({ token: 'wrong' })
    await turns()
    expect(signIn.view).toMatchObject({ kind: 'failed' })
    expect(await signIn.signIn({ token: 'wrong too' })).toMatchObject({ ok: false })
    expect(signIn.view).toBeNull()
  })

  it('can be tried again while the server is away; a later link takes the place of an earlier one', async () => {
    const { state, signIn } = page(null, { new: 'phone', other: 'tablet' })
    state.away = true
    signIn.open({ code: 'code' })
    await turns()
    expect(signIn.view).toMatchObject({ kind: 'failed', canRetry: true })
    state.away = false
    void signIn.requests.retryLink()
    signIn.open({ token: 'other' })
    await turns()
    expect([signIn.view, state.used]).toEqual([null, ['other']])
  })
})
