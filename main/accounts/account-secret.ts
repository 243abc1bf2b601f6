/** The secret of an account as one text for secrets.ts: its password, or what signing in with the browser brings. */
import { z } from 'zod'
import type { StoredAccount, WorkerAccount } from '../../common/protocol/account.ts'

const Access = z.object({ clientSecret: z.string(), tokens: z.string() })

export function secretOfAccount({ password, oauth }: WorkerAccount): string {
  return oauth ? JSON.stringify({ clientSecret: oauth.clientSecret, tokens: oauth.tokens }) : password
}

/** Null where the secret is not one of such an account. */
export function withSecret({ oauth, ...stored }: StoredAccount, secret: string): WorkerAccount | null {
  if (!oauth) return { ...stored, password: secret }
  try {
    return { ...stored, password: '', oauth: { ...oauth, ...Access.parse(JSON.parse(secret)) } }
  } catch {
    return null
  }
}

export function withoutSecret({ oauth, password: _password, ...stored }: WorkerAccount): StoredAccount {
  return { ...stored, ...(oauth && { oauth: { provider: oauth.provider, clientId: oauth.clientId } }) }
}
