/** `GET /metrics`, for a token with the scope read on all accounts: the names of sources are nobody else's concern. */
import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics.ts'
import { PATHS } from '../../../common/protocol/wire.ts'
import type { Authorization } from '../authorization.ts'
import type { Answers } from '../answers.ts'

export interface MetricsRouteDeps {
  readonly access: Authorization
  readonly answers: Answers
  readonly metrics: Metrics
}

export function routeMetrics(app: FastifyInstance, { access, answers, metrics }: MetricsRouteDeps): void {
  app.get(PATHS.metrics, async (request, reply) => {
    reply.hijack()
    const token = access.token(request.raw, reply.raw, 'read')
    if (!token) return
    if (token.accounts === '*') answers.send(reply.raw, 200, ['Content-Type', metrics.contentType], await metrics.text())
    else answers.problem(reply.raw, 'forbidden', { detail: 'The metrics are for a token that covers all accounts ("*").' })
  })
}
