/** `GET /v1/server`, for any token: what a client may want to know before it draws anything. */
import type { FastifyInstance } from 'fastify'
import { PATHS, type ServerInfo } from '../../../common/protocol/wire.ts'
import type { Authorization } from '../authorization.ts'
import type { Answers } from '../answers.ts'

export interface ServerInfoDeps {
  readonly access: Authorization
  readonly answers: Answers
  readonly info: () => ServerInfo
}

export function routeServerInfo(app: FastifyInstance, { access, answers, info }: ServerInfoDeps): void {
  app.get(PATHS.server, (request, reply) => {
    reply.hijack()
    if (access.token(request.raw, reply.raw, null)) answers.json(reply.raw, 200, info())
  })
}
