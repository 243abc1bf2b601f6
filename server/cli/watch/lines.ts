/** The output of `mailbell watch`: pure, (previous view, view, time) → lines. */
import type { LinkView } from '../../../client/poll-loop.ts'
import { type NameOf, namesOf } from '../../../common/model/account-names.ts'
import { COUNT_ALL } from '../../../common/model/counting.ts'
import { isUncertain, totalsOf } from '../../../common/model/totals.ts'
import type { LinkState } from '../../../common/protocol/link.ts'
import { printableJson, withoutControls } from '../../../common/text.ts'
import type { Account } from '../../../common/protocol/wire.ts'

export const LINES = { text: textLines, json: jsonLines, waybar: waybarLines }
export type Format = keyof typeof LINES

function textLines(before: LinkView | null, view: LinkView, nowMs: number): readonly string[] {
  const time = new Date(nowMs).toTimeString().slice(0, 8)
  const isBack = before?.link.phase === 'retrying' && view.link.phase === 'live'
  const link = isBack ? 'connected again' : linkChanged(before, view) ? linkText(view.link, nowMs) : null
  const lines = [
    ...changed(before, view).map(toText(view.accounts)),
    ...gone(before, view).map(({ id }) => `${namesIn(before?.accounts)('', id)} is gone`),
  ]
  return (link === null ? lines : [link, ...lines]).map((line) => `${time} ${withoutControls(line)}`)
}

function jsonLines(before: LinkView | null, view: LinkView, nowMs: number): readonly string[] {
  const at = new Date(nowMs).toISOString()
  const link = linkChanged(before, view) ? [{ at, link: view.link }] : []
  const accounts = changed(before, view).map((account) => ({ at, account }))
  return [...link, ...accounts, ...gone(before, view).map(({ id, label }) => ({ at, gone: id, label }))].map(printableJson)
}

/** One object a view, for waybar; it parses the text as Pango markup, so names and reasons are escaped. */
function waybarLines(_: LinkView | null, { link, accounts }: LinkView, nowMs: number): readonly string[] {
  const totals = totalsOf([{ id: '', link, accounts }], COUNT_ALL)
  const { unread } = totals
  const uncertain = isUncertain(totals)
  const alt = link.phase === 'live' ? (uncertain ? 'stale' : unread > 0 ? 'unread' : 'none') : 'disconnected'
  const lines = [linkText(link, nowMs), ...(accounts ?? []).map(toText(accounts))].filter((line) => line !== null)
  const text = accounts === null ? '' : uncertain ? `${unread}?` : String(unread)
  return [printableJson({ text, tooltip: lines.map((line) => escaped(withoutControls(line))).join('\n'), class: alt, alt })]
}

const linkChanged = (before: LinkView | null, { link }: LinkView): boolean =>
  before === null ? link.phase !== 'live' : before.link.phase !== link.phase || link.phase === 'retrying'

/** Without times: another check of an account is not a change. */
const keyOf = (account: Account): string => JSON.stringify({ ...account, checkedAt: null })

function changed(before: LinkView | null, view: LinkView): readonly Account[] {
  if (view.accounts === before?.accounts) return []
  const previous = new Set((before?.accounts ?? []).map(keyOf))
  return (view.accounts ?? []).filter((account) => !previous.has(keyOf(account)))
}

function gone(before: LinkView | null, view: LinkView): readonly Account[] {
  const present = new Set((view.accounts ?? []).map(({ id }) => id))
  return (before?.accounts ?? []).filter(({ id }) => !present.has(id))
}

const namesIn = (accounts: LinkView['accounts'] = []): NameOf => namesOf([{ id: '', accounts }])

function toText(accounts: LinkView['accounts']): (account: Account) => string {
  const nameOf = namesIn(accounts)
  return (account) => accountText(nameOf('', account.id), account)
}

export function accountText(name: string, { unread, status, error }: Pick<Account, 'unread' | 'status' | 'error'>): string {
  const number = unread === null ? 'not counted yet' : `${unread} unread`
  const state = status === 'ok' || (status === 'pending' && unread === null) ? '' : `, ${status === 'stale' ? 'may be old' : status}`
  return `${name} ${number}${state}${error ? `: ${error.message}` : ''}`
}

function linkText(link: LinkState, nowMs: number): string | null {
  switch (link.phase) {
    case 'connecting':
      return 'connecting'
    case 'live':
      return null
    case 'retrying':
      return `not connected, next try in ${Math.max(0, Math.ceil((link.atMs - nowMs) / 1000))} s: ${link.problem.detail}`
    case 'signed-out':
      return `not signed in: ${link.problem?.detail ?? 'no token'}`
    case 'stopped':
      return 'stopped'
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
