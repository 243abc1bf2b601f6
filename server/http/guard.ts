/** Checks the token before a body is read, for the routes that take one: nobody unknown makes the server read. */
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Scope } from '../protocol.ts'
import type { Token } from '../tokens.ts'
import type { Access } from './access.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; null on routes without one. */
    token: Token | null
  }
}

export function guardWith(access: Access, scope: Scope): onRequestHookHandler {
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
