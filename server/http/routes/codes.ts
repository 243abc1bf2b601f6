/**
 * `POST /v1/codes` makes a one-time code for the token of the request; `POST /v1/token` exchanges a code for that token. A
 * link carries the code, so that no address and no history holds a token.
 */
import { LIMITS, PATHS, PostCode, PostToken, type CreatedCode, type RedeemedToken } from '../../../common/protocol/wire.ts'
import { createAttempts } from '../../auth/attempts.ts'
import { secretOf } from '../../auth/tokens.ts'
import type { HttpContext } from '../context.ts'
import type { Router } from '../router.ts'

const HOUR_SECONDS = 3_600
const UNAVAILABLE = { detail: 'Try again in a moment.', headers: ['Retry-After', '5'] }
const RETRY_HOURLY = ['Retry-After', String(HOUR_SECONDS)]

export function routeCodes(router: Router, { codes, tokens, now, input, responder, addressOf }: HttpContext): void {
  const attempts = createAttempts(now)

  router.route('POST', PATHS.codes, null, async ({ raw, token, body }, reply) => {
    const posted = input.body(PostCode, body ?? {}, reply)
    if (!posted) return
    const validFor = posted.validFor ?? HOUR_SECONDS
    const created = await codes.create({ name: token.name, secret: secretOf(raw.headers.authorization) ?? '' }, validFor * 1_000)
    if (created.kind === 'created') return responder.json(reply, { code: created.code, validFor } satisfies CreatedCode)
    if (created.kind === 'unavailable') return responder.problem(reply, 'board-away', UNAVAILABLE)
    responder.problem(reply, 'too-many-codes', { detail: 'Wait until some codes have expired.', headers: RETRY_HOURLY })
  })

  router.publicPost(
    PATHS.token,
    async (raw, body, reply) => {
      // Requests that are not counted (from this machine) share one bound.
      const address = addressOf(raw) ?? ''
      const blockedMs = attempts.blockedMs(address)
      if (blockedMs > 0) {
        const headers = ['Retry-After', String(Math.ceil(blockedMs / 1_000))]
        return responder.problem(reply, 'too-many-attempts', { detail: 'Wait a minute, then try again.', headers })
      }
      const posted = input.body(PostToken, body, reply)
      if (!posted) return
      const redeemed = await codes.redeem(posted.code)
      // The token may have been removed from the config since.
      if (redeemed.kind === 'redeemed' && tokens.find(`Bearer ${redeemed.value}`))
        return responder.json(reply, { token: redeemed.value } satisfies RedeemedToken)
      if (redeemed.kind === 'unavailable') return responder.problem(reply, 'board-away', UNAVAILABLE)
      attempts.noteFailure(address)
      if (redeemed.kind === 'used')
        return responder.problem(reply, 'code-used', { detail: 'A code works once; `mailbell link` makes another.', field: 'code' })
      responder.problem(reply, 'code-unknown', { detail: 'It has expired, or this server did not make it.', field: 'code' })
    },
    LIMITS.codeBodyBytes,
  )
}
