import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  DESKTOP_REQUESTS,
  type DesktopRequests,
  MANAGE_REQUESTS,
  type ManageRequests,
  PAGE_REQUESTS,
  type PageRequests,
  type RequestList,
  REQUESTS,
  type Requests,
} from '../../common/protocol/bridge.ts'

const trueOf = <Name extends string>(table: Readonly<Record<Name, unknown>>) =>
  Object.fromEntries(Object.keys(table).map((name) => [name, true])) as Readonly<Record<Name, true>>
const page: RequestList<PageRequests> = trueOf(PAGE_REQUESTS)
const manage: RequestList<ManageRequests> = trueOf(MANAGE_REQUESTS)
const desktop: RequestList<DesktopRequests> = trueOf(DESKTOP_REQUESTS)
const { hide: _hide, ...withoutHide } = desktop
const checkNow: Requests['checkNow'] = async () => ({ ok: true })

/** Each statement compiles only because the line above it expects an error. */
const rejected: readonly unknown[] = [
  // @ts-expect-error: one request in place of another.
  { ...desktop, hide: () => checkNow() } satisfies RequestList<DesktopRequests>,
  // @ts-expect-error: one name in place of another.
  { ...desktop, hide: 'checkNow' } satisfies RequestList<DesktopRequests>,
  // @ts-expect-error: a request is missing.
  withoutHide satisfies RequestList<DesktopRequests>,
  // @ts-expect-error: the table has no such request.
  { ...page, shutDown: true } satisfies RequestList<PageRequests>,
  // @ts-expect-error: a request of another table.
  { ...manage, hide: true } satisfies RequestList<ManageRequests>,
  // @ts-expect-error: a payload of another type.
  (requests: Requests) => requests.openUrl(1),
  // @ts-expect-error: a payload where there is none.
  (requests: Requests) => requests.hide('now'),
  // @ts-expect-error: an answer of another request.
  (requests: Requests): Requests['findMailbox'] => requests.exportSettings,
]

test('a request that differs from the table does not compile', () => {
  expect(rejected).toHaveLength(8)
})

test('the preload lists each request of the table once', () => {
  const text = readFileSync(join(import.meta.dirname, '../../main/preload.cts'), 'utf8')
  const listed = Array.from(text.matchAll(/^ {2}(\w+): true,$/gm), ([, name]) => name)
  expect(listed.toSorted()).toEqual(Object.keys(REQUESTS).toSorted())
})
