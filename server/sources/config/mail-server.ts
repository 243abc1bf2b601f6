/** What the kinds that log in to a mail server have in common. */
import { z } from 'zod'
import type { MailServerConfig } from '../../config/types.ts'
import { fingerprint, flag, id, must, text, webPage, whole } from '../../yaml/fields.ts'
import { isLoopback } from '../../../common/model/hosts.ts'
import { pemOf, type ResolveContext } from './kind.ts'
import { refuseOtherThanOne, resolveSignIn, signInKeys } from './sign-in.ts'

const USER_WORDS = 'must be the name to log in with'

/** Spread into the schema of a kind. */
export const mailServerKeys = {
  name: text('must be a name').optional(),
  account: id,
  host: text('must be the name of a host'),
  port: whole(1, 65_535).optional(),
  security: z.enum(['tls', 'starttls', 'none'], must('must be tls, starttls or none')).default('tls'),
  allowInsecure: flag.default(false),
  user: text(USER_WORDS).regex(/^[^\p{Cc}]+$/u, USER_WORDS),
  ...signInKeys,
  ca: text('must be the path of a PEM file').optional(),
  pin: fingerprint.optional(),
  webUrl: webPage.optional(),
}

type Written = z.infer<z.ZodObject<typeof mailServerKeys>>

/** It signs in by one way, and nobody between here and there reads a password, unless somebody says that it may be. */
export function checkMailServer(source: Written, context: z.core.$RefinementCtx): void {
  refuseOtherThanOne(source, context)
  const { security, host, allowInsecure } = source
  if (security !== 'none' || allowInsecure || isLoopback(host)) return
  context.addIssue({
    code: 'custom',
    path: ['security'],
    message: `must be tls or starttls for ${host}, for none sends the password readable; if you accept that, add allowInsecure: true`,
  })
}

/** Of TLS from the start, and of a beginning in the clear. */
const PORTS = { imap: [993, 143], pop3: [995, 110] } as const

export async function resolveMailServer(
  source: Written & { readonly type: keyof typeof PORTS },
  surroundings: ResolveContext,
): Promise<MailServerConfig> {
  const [tlsPort, plainPort] = PORTS[source.type]
  const { account, host, port, security, user, ca, pin, webUrl } = source
  return {
    name: surroundings.name,
    account,
    host,
    port: port ?? (security === 'tls' ? tlsPort : plainPort),
    security,
    user,
    ...resolveSignIn(source, account, source.type, surroundings),
    ca: await pemOf(ca, surroundings),
    pin,
    webUrl,
  }
}
