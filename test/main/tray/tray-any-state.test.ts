/** What holds for the tray in any state. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LinkState } from '../../../common/protocol/link.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { account, live, retrying, server } from '../fixtures.ts'
import { viewOf, chosen } from './shown-tray.ts'

const links: LinkState[] = [
  live,
  retrying,
  { phase: 'connecting' },
  { phase: 'signed-out', problem: { code: 'unauthorized', detail: 'no' } },
  { phase: 'stopped' },
]
const anyAccount = fc.record({
  unread: fc.option(fc.nat(2000)),
  status: fc.constantFrom('ok' as const, 'stale' as const, 'error' as const),
})
const anyServers = fc.array(fc.record({ link: fc.constantFrom(...links), accounts: fc.option(fc.array(anyAccount, { maxLength: 4 })) }), {
  maxLength: 3,
})

describe('over any state', () => {
  const toServers = (given: typeof anyServers extends fc.Arbitrary<infer T> ? T : never): ServerView[] =>
    given.map(({ link, accounts }, s) =>
      server(
        accounts?.map(({ unread, status }, a) => account(`${s}.${a}`, unread, unread === null ? {} : { status })) ?? null,
        link,
        `s${s}`,
      ),
    )
  const known = (servers: readonly ServerView[]) =>
    servers.flatMap(({ link, accounts }) => (accounts ?? []).map((each) => ({ link, ...each })))

  test('a number that is not fresh is never shown as fresh', () => {
    fc.assert(
      fc.property(anyServers, (given) => {
        const servers = toServers(given)
        const shown = viewOf(servers)
        const allFresh =
          servers.every(({ accounts, link }) => accounts !== null && (accounts.length > 0 || link.phase === 'live')) &&
          known(servers).every(({ link, status }) => link.phase === 'live' && status === 'ok')
        if (!allFresh) expect(shown.icon.incomplete).toBe(true)
        if (!known(servers).some(({ link, status }) => link.phase === 'live' && status === 'ok')) expect(shown.icon.count).toBeNull()
      }),
    )
  })

  test('excluded accounts are not in the sum, and a mute changes no number', () => {
    fc.assert(
      fc.property(anyServers, fc.infiniteStream(fc.boolean()), fc.boolean(), (given, out, isMuted) => {
        const servers = toServers(given)
        const notCounted = servers.flatMap(({ id, accounts }) =>
          (accounts ?? []).flatMap((each) => (out.next().value ? [{ server: id, account: each.id }] : [])),
        )
        const { icon } = chosen({ notCounted, muted: isMuted ? [{ scope: null, untilMs: null }] : [] }, ...servers)
        const counted = known(servers).filter(({ id }) => !notCounted.some((scope) => scope.account === id))
        if (icon.count !== null) expect(icon.count).toBe(counted.reduce((sum, { unread }) => sum + (unread ?? 0), 0))
        expect(icon.muted).toBe(isMuted)
      }),
    )
  })

  test('a shown number is the sum of all known counts', () => {
    fc.assert(
      fc.property(anyServers, (given) => {
        const servers = toServers(given)
        const { icon, badge } = viewOf(servers)
        expect(badge.count).toBe(icon.count ?? 0)
        if (icon.count !== null) expect(icon.count).toBe(known(servers).reduce((sum, { unread }) => sum + (unread ?? 0), 0))
      }),
    )
  })
})
