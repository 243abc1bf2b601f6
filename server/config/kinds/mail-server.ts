/** What the kinds that log in to a mail server have in common. */
import { z } from 'zod'
import { isLoopback, must } from '../words.ts'

export const security = z.enum(['tls', 'starttls', 'none'], must('must be tls, starttls or none'))

interface Login {
  readonly security: z.infer<typeof security>
  readonly host: string
  readonly allowInsecure: boolean
}

/** Nobody on the way shall read a password, unless somebody says that it may be. */
export function refuseReadablePassword({ security: chosen, host, allowInsecure }: Login, context: z.core.$RefinementCtx): void {
  if (chosen !== 'none' || allowInsecure || isLoopback(host)) return
  context.addIssue({
    code: 'custom',
    path: ['security'],
    message: `must be tls or starttls for ${host}, for none sends the password readable; if you accept that, add allowInsecure: true`,
  })
}
