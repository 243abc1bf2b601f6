/** Who may do what: the checks that routes make before anything else, each of which writes its own refusal. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AccountId, type Scope } from '../../common/protocol/wire.ts'
import type { Token, Tokens } from '../auth/tokens.ts'
import type { Answers } from './answers.ts'

export interface Authorization {
  /** The request's token if it allows `scope`; otherwise 401 or 403 is written. A null scope asks for any token. */
  token(req: IncomingMessage, res: ServerResponse, scope: Scope | null): Token | null
  /** The account id of a path or query, decoded once already; otherwise 400 is written, which names `field`. */
  accountId(id: string, res: ServerResponse, field?: string): string | null
}

export function createAuthorization(tokens: Tokens, answers: Answers): Authorization {
  return {
    token(req, res, scope) {
      const { authorization } = req.headers
      const token = tokens.find(authorization)
      if (!token) {
        const why = authorization === undefined ? '' : ', error="invalid_token"'
        answers.problem(res, 'unauthorized', {
          detail: 'Send Authorization: Bearer TOKEN, with a token that this server knows.',
          headers: ['WWW-Authenticate', `Bearer realm="mailbell"${why}`],
        })
        return null
      }
      if (scope !== null && !token.allows(scope)) {
        answers.problem(res, 'forbidden', {
          detail: `The token has not the scope ${scope}.`,
          headers: ['WWW-Authenticate', `Bearer realm="mailbell", error="insufficient_scope", scope="${scope}"`],
        })
        return null
      }
      return token
    },
    accountId(id, res, field = 'id') {
      const parsed = AccountId.safeParse(id)
      if (parsed.success) return parsed.data
      answers.problem(res, 'bad-request', { detail: `The account id ${parsed.error.issues[0]?.message ?? 'is not valid'}.`, field })
      return null
    },
  }
}
