/** Pure: what is tried of a form that the user has filled in, and the outcome of a rejected try. */
import type { AccountForm, StoredAccount, WorkerAccount } from '../../common/protocol/account.ts'
import type { RequestError } from '../../common/protocol/outcome.ts'
import type { WorkerTryError } from '../../common/protocol/worker.ts'

export function rejectionOf({ code, message, step, certificate, cancelled }: WorkerTryError): RequestError {
  if (cancelled) return { ok: false, code: 'cancelled' }
  const common = { ok: false, detail: message, ...(step && { step }) } as const
  return certificate ? { ...common, code: 'tls', certificate } : { ...common, code }
}

/** Adds what the form does not ask for again: the inbox on the web of the same server, and the secret of the same client. */
export function completeForm(form: AccountForm, before: StoredAccount, counted: WorkerAccount | undefined): AccountForm {
  const { oauth } = form
  const known = counted?.oauth?.clientId === oauth?.clientId ? counted?.oauth?.clientSecret : undefined
  return {
    ...(before.webUrl !== undefined && before.host === form.host && { webUrl: before.webUrl }),
    ...form,
    ...(oauth && { oauth: { ...oauth, clientSecret: oauth.clientSecret || (known ?? '') } }),
  }
}
