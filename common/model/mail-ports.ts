import type { ConnectionSecurity, MailProtocol } from '../protocol/account.ts'

/** The usual ports of a mail server, by protocol and security; STARTTLS begins without TLS. */
export const MAIL_PORTS = {
  imap: { tls: 993, starttls: 143, none: 143 },
  jmap: { tls: 443, starttls: 443, none: 80 },
  pop3: { tls: 995, starttls: 110, none: 110 },
} as const satisfies Record<MailProtocol, Record<ConnectionSecurity, number>>
