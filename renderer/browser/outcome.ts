/** A problem of the link as the outcome of a request. */
import type { LinkProblem } from '../../common/protocol/link.ts'
import type { Outcome, OutcomeCode } from '../../common/protocol/outcome.ts'

const PROBLEM_OUTCOMES = {
  unreachable: 'network',
  timeout: 'network',
  tls: 'tls',
  'not-mailbell': 'not-mailbell',
  overloaded: 'rate',
  rejected: 'invalid',
  'server-error': 'unavailable',
} as const satisfies Record<LinkProblem['code'], OutcomeCode>

export const outcomeOf = ({ code, detail, problem }: LinkProblem): Outcome => ({
  ok: false,
  code: problem === 'unauthorized' || problem === 'forbidden' ? 'unauthorized' : PROBLEM_OUTCOMES[code],
  detail,
})
