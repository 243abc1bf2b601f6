import { expect, test } from 'vitest'
import { toActionError, toFirstTryError, toRequestError } from '../../client/outcomes.ts'
import type { LinkProblem } from '../../common/protocol/link.ts'
import type { OutcomeCode } from '../../common/protocol/outcome.ts'

type Row = [Omit<LinkProblem, 'detail'>, OutcomeCode, OutcomeCode, 'url' | 'token']

test.each<Row>([
  [{ code: 'unreachable' }, 'unconfirmed', 'unreachable', 'url'],
  [{ code: 'no-answer' }, 'unconfirmed', 'no-answer', 'url'],
  [{ code: 'gateway', status: 502 }, 'unconfirmed', 'gateway', 'url'],
  [{ code: 'offline' }, 'offline', 'offline', 'url'],
  [{ code: 'tls' }, 'tls', 'tls', 'url'],
  [{ code: 'not-mailbell', status: 404 }, 'not-mailbell', 'not-mailbell', 'url'],
  [{ code: 'redirected', status: 302, target: 'https://a.example' }, 'redirected', 'redirected', 'url'],
  [{ code: 'unexpected', status: 418 }, 'unexpected', 'not-mailbell', 'url'],
  [{ code: 'unexpected', status: 500 }, 'unexpected', 'unexpected', 'url'],
  [{ code: 'misdirected-request', status: 421 }, 'misdirected-request', 'misdirected-request', 'url'],
  [{ code: 'overloaded', status: 503 }, 'overloaded', 'overloaded', 'url'],
  [{ code: 'not-found', status: 404 }, 'not-found', 'not-found', 'url'],
  [{ code: 'unauthorized', status: 401 }, 'unauthorized', 'unauthorized', 'token'],
  [{ code: 'forbidden', status: 403 }, 'forbidden', 'forbidden', 'token'],
  [{ code: 'cannot-read', status: 403 }, 'cannot-read', 'cannot-read', 'token'],
  [{ code: 'denied', status: 403 }, 'denied', 'denied', 'url'],
])('%j ends an action with %s, and the first try of an address with %s at the %s', (problem, code, firstCode, field) => {
  const given = { ...problem, detail: 'why' }
  expect(toRequestError(given)).toEqual({ ok: false, ...problem })
  expect(toActionError(given)).toEqual({ ok: false, ...problem, code })
  expect(toFirstTryError(given)).toEqual({ ok: false, ...problem, code: firstCode, field })
})
