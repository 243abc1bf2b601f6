/** Checks the token before a body is read, for the routes that take one: nobody unknown makes the server read. */
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Scope } from '../../common/protocol/wire.ts'
import type { Token } from '../auth/tokens.ts'
import type { Authorization } from './authorization.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; null on routes without one. */
    token: Token | null
  }
}

export function requireScope(access: Authorization, scope: Scope): onRequestHookHandler {
  return (request, reply, done) => {
    request.token = access.token(request.raw, reply.raw, scope)
    if (request.token) done()
    else reply.hijack()
  }
}

export function tokenOf(request: FastifyRequest): Token {
  if (!request.token) throw new Error('This route has no guard.')
  return request.token
}
