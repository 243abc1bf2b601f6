/** `GET /v1/server`, for any token: what a client may want to know before it draws anything. */
import type { FastifyInstance } from 'fastify'
import { PATHS, type ServerInfo } from '../../protocol.ts'
import type { Access } from '../access.ts'
import type { Answers } from '../answers.ts'

export interface ServerInfoDeps {
  readonly access: Access
  readonly answers: Answers
  readonly info: () => ServerInfo
}

export function routeServerInfo(app: FastifyInstance, { access, answers, info }: ServerInfoDeps): void {
  app.get(PATHS.server, (request, reply) => {
    reply.hijack()
    if (access.token(request.raw, reply.raw, null)) answers.json(reply.raw, 200, info())
  })
}
