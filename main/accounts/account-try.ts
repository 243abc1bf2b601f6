/** Pure: what is tried of a form that somebody has filled in, and what a try that was refused comes to. */
import type { WorkerAccount } from '../../common/protocol/account.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { AccountForm, StoredAccount } from '../../common/protocol/account.ts'
import type { Tried } from '../servers/server-process.ts'

/** Why it was not kept, as the window says it. */
export function refusal({ code, message, step, certificate, cancelled }: Extract<Tried, { kind: 'refused' }>): Outcome {
  if (cancelled) return { ok: false, code: 'cancelled' }
  if (certificate) return { ok: false, code: 'tls', detail: message, ...(step && { step }), certificate }
  return { ok: false, code, detail: message, ...(step && { step }) }
}

/** What the form does not ask for again: the inbox on the web while the server is the same, and the secret of a client that is the same. */
export function fillIn(form: AccountForm, before: StoredAccount, counted: WorkerAccount | undefined): AccountForm {
  const { oauth } = form
  const known = counted?.oauth?.clientId === oauth?.clientId ? counted?.oauth?.clientSecret : undefined
  return {
    ...(before.webUrl !== undefined && before.host === form.host && { webUrl: before.webUrl }),
    ...form,
    ...(oauth && { oauth: { ...oauth, clientSecret: oauth.clientSecret || (known ?? '') } }),
  }
}
