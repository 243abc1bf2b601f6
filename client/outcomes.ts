/** An error of a link as the outcome of a request: one table for the app and for the page. */
import type { LinkProblem } from '../common/protocol/link.ts'
import type { OutcomeCode, RequestError } from '../common/protocol/outcome.ts'

const OUTCOME_CODES: Readonly<Record<LinkProblem['code'], OutcomeCode>> = {
  unreachable: 'network',
  timeout: 'network',
  tls: 'tls',
  'not-mailbell': 'not-mailbell',
  overloaded: 'rate',
  rejected: 'invalid',
  'server-error': 'unavailable',
}

export const toRequestError = ({ code, detail, problem }: LinkProblem): RequestError => ({
  ok: false,
  code: problem === 'unauthorized' || problem === 'forbidden' ? 'unauthorized' : OUTCOME_CODES[code],
  detail,
})

/** While an address is tried for the first time, a rejected request means that another server answers there. */
export function toFirstTryError(problem: LinkProblem): RequestError {
  const error = toRequestError(problem)
  if (error.code === 'unauthorized') return { ...error, field: 'token' }
  return { ...error, code: problem.code === 'rejected' ? 'not-mailbell' : error.code, field: 'url' }
}
