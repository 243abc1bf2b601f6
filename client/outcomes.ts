/** An error of a link as the outcome of a request: one rule for the app and for the page. */
import type { LinkProblem } from '../common/protocol/link.ts'
import type { OutcomeCode, RequestError } from '../common/protocol/outcome.ts'

/** Without the server's own text, which is in English and meant for a log. */
export const toRequestError = ({ code, status, target }: LinkProblem): RequestError => ({
  ok: false,
  code,
  ...(status !== undefined && { status }),
  ...(target !== undefined && { target }),
})

const OF_TOKEN: ReadonlySet<OutcomeCode> = new Set(['unauthorized', 'forbidden', 'cannot-read', 'code-used', 'code-unknown'])

/** While an address is tried for the first time, a request that is rejected without a reason means that another server answers there. */
export function toFirstTryError(problem: LinkProblem): RequestError {
  const error = toRequestError(problem)
  if (OF_TOKEN.has(error.code)) return { ...error, field: 'token' }
  const isOther = error.code === 'unexpected' && (error.status ?? 0) < 500
  return { ...error, code: isOther ? 'not-mailbell' : error.code, field: 'url' }
}

/** Of an action, which the server may have carried out though its answer is missing. */
const ACTION_CODES: Partial<Readonly<Record<OutcomeCode, OutcomeCode>>> = {
  unreachable: 'unconfirmed',
  'no-answer': 'unconfirmed',
  gateway: 'unconfirmed',
}

export function toActionError(problem: LinkProblem): RequestError {
  const error = toRequestError(problem)
  return { ...error, code: ACTION_CODES[error.code] ?? error.code }
}
