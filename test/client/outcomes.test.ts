import { expect, test } from 'vitest'
import { toFirstTryError, toRequestError } from '../../client/outcomes.ts'
import type { LinkProblem } from '../../common/protocol/link.ts'
import type { OutcomeCode } from '../../common/protocol/outcome.ts'

type Row = [Omit<LinkProblem, 'detail'>, OutcomeCode, OutcomeCode, 'url' | 'token']

test.each<Row>([
  [{ code: 'unreachable' }, 'network', 'network', 'url'],
  [{ code: 'timeout' }, 'network', 'network', 'url'],
  [{ code: 'tls' }, 'tls', 'tls', 'url'],
  [{ code: 'not-mailbell' }, 'not-mailbell', 'not-mailbell', 'url'],
  [{ code: 'overloaded' }, 'rate', 'rate', 'url'],
  [{ code: 'rejected' }, 'invalid', 'not-mailbell', 'url'],
  [{ code: 'rejected', problem: 'unauthorized' }, 'unauthorized', 'unauthorized', 'token'],
  [{ code: 'rejected', problem: 'forbidden' }, 'unauthorized', 'unauthorized', 'token'],
  [{ code: 'server-error' }, 'unavailable', 'unavailable', 'url'],
])('%j ends a request with %s, and the first try of an address with %s at the %s', (problem, code, firstCode, field) => {
  expect(toRequestError({ ...problem, detail: 'why' })).toEqual({ ok: false, code, detail: 'why' })
  expect(toFirstTryError({ ...problem, detail: 'why' })).toEqual({ ok: false, code: firstCode, field, detail: 'why' })
})
