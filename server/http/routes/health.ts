/** `GET /healthz`: the process answers. `GET /readyz`: it listens, and every source has spoken or failed once. */
import type { FastifyInstance } from 'fastify'
import { PATHS } from '../../../common/protocol/wire.ts'
import type { Answers } from '../answers.ts'

export interface HealthDeps {
  readonly answers: Answers
  readonly isReady: () => boolean
}

const TEXT = ['Content-Type', 'text/plain; charset=utf-8']

export function routeHealth(app: FastifyInstance, { answers, isReady }: HealthDeps): void {
  app.get(PATHS.health, (_request, reply) => {
    reply.hijack()
    answers.send(reply.raw, 200, TEXT, 'ok\n')
  })
  app.get(PATHS.ready, (_request, reply) => {
    reply.hijack()
    if (isReady() && !answers.draining) answers.send(reply.raw, 200, TEXT, 'ready\n')
    else answers.problem(reply.raw, 'not-ready', { headers: ['Retry-After', '1'] })
  })
}
