/** What is secret of an account, as one text for secrets.ts: the password, or what signing in with the browser brings. */
import { z } from 'zod'
import type { WorkerAccount } from '../../common/protocol/account.ts'
import type { StoredAccount } from '../../common/protocol/account.ts'

const Access = z.object({ clientSecret: z.string(), tokens: z.string() })

export function secretOfAccount({ password, oauth }: WorkerAccount): string {
  return oauth ? JSON.stringify({ clientSecret: oauth.clientSecret, tokens: oauth.tokens }) : password
}

/** An account in the settings and its secret, together again; null where the secret is none of it. */
export function withSecret({ oauth, ...kept }: StoredAccount, secret: string): WorkerAccount | null {
  if (!oauth) return { ...kept, password: secret }
  try {
    return { ...kept, password: '', oauth: { ...oauth, ...Access.parse(JSON.parse(secret)) } }
  } catch {
    return null
  }
}

export function withoutSecret({ oauth, ...account }: WorkerAccount): StoredAccount {
  const { password: _password, ...kept } = account
  return { ...kept, ...(oauth && { oauth: { provider: oauth.provider, clientId: oauth.clientId } }) }
}
