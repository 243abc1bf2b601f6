/** Where Gmail shows its mails on the web. */

/** The web's ids are those of IMAP (X-GM-MSGID, 64 bits) in hexadecimal; "all" has the mail wherever it is moved to. */
export function gmailMailUrl(user: string, emailId: string): string | undefined {
  if (!/^\d{1,20}$/.test(emailId)) return undefined
  return `${gmailUrl(user)}#all/${BigInt(emailId).toString(16)}`
}

export const gmailInboxUrl = (user: string): string => `${gmailUrl(user)}#inbox`

/** Somebody may be signed in with several accounts. */
const gmailUrl = (user: string): string => `https://mail.google.com/mail/u/?authuser=${encodeURIComponent(user.toWellFormed())}`
