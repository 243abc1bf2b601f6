/** What the kinds that log in to a mail server share. */
import { z } from 'zod'
import { isLoopback } from '../../../../common/model/hosts.ts'
import { MAIL_PORTS } from '../../../../common/model/mail-ports.ts'
import { fingerprint, flag, hostName, id, must, text, webPage, whole } from '../../../yaml/fields.ts'
import { caPath, commonKeys, readCa, type ResolveContext } from '../../kind.ts'
import { checkSignIn, resolveSignIn, signInKeys } from './sign-in.ts'

const USER_RULE = 'must be the name to log in with'

/** Spread into the schema of a kind. */
export const mailServerKeys = <Type extends 'imap' | 'pop3'>(type: Type) => ({
  ...commonKeys(type),
  account: id,
  host: hostName,
  port: whole(1, 65_535).optional(),
  security: z.enum(['tls', 'starttls', 'none'], must('must be tls, starttls or none')).default('tls'),
  allowInsecure: flag.default(false),
  user: text(USER_RULE).regex(/^[^\p{Cc}]+$/u, USER_RULE),
  ...signInKeys,
  ca: caPath,
  pin: fingerprint.optional(),
  /** The inbox on the web, where the server itself names none. */
  webUrl: webPage.optional(),
})

type Entry = z.infer<z.ZodObject<ReturnType<typeof mailServerKeys>>>

/** Requires exactly one way to sign in, and encryption beyond this machine unless the config opts out. */
export function checkMailServer(entry: Entry, context: z.core.$RefinementCtx): void {
  checkSignIn(entry, context)
  const { security, host, allowInsecure } = entry
  if (security !== 'none' || allowInsecure || isLoopback(host)) return
  context.addIssue({
    code: 'custom',
    path: ['security'],
    message: `must be tls or starttls for ${host}, because none sends the password in plain text; to accept that, add allowInsecure: true`,
  })
}

/** An account at a mail server, and how to sign in to it. */
export type MailServerConfig = Readonly<Awaited<ReturnType<typeof resolveMailServer>>>

export async function resolveMailServer(entry: Entry, context: ResolveContext) {
  const { type, account, host, port, security, user, ca, pin, webUrl } = entry
  return {
    name: context.name,
    account,
    host,
    port: port ?? MAIL_PORTS[type][security],
    security,
    user,
    ...resolveSignIn(entry, context),
    ca: await readCa(ca, context),
    pin,
    webUrl,
  }
}
