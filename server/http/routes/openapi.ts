/** `GET /v1/openapi.json`, for everybody: it says nothing of this server's accounts. */
import type { FastifyInstance } from 'fastify'
import { PATHS } from '../../../common/protocol/wire.ts'
import type { Answers } from '../answers.ts'
import { openApiDocument, type OpenApiOptions } from '../openapi.ts'

export function routeOpenApi(app: FastifyInstance, answers: Answers, options: OpenApiOptions): void {
  const document = openApiDocument(options)
  app.get(PATHS.openapi, (_request, reply) => {
    reply.hijack()
    answers.json(reply.raw, 200, document)
  })
}
