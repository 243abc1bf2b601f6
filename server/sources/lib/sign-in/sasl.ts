/** The SASL mechanisms (RFC 4422) that IMAP and POP3 share. */
import { z } from 'zod'
import type { Credentials } from '../credentials.ts'

export interface Mechanism {
  readonly name: string
  /** One per challenge, in base64. The last one is the secret. */
  readonly responses: readonly string[]
  /** Ends the exchange after a challenge without a response. */
  readonly cancel: string
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** The token as a field of both mechanisms, which control characters frame. */
const bearer = (token: string): string => `\u0001auth=Bearer ${token}\u0001\u0001`

/** The mechanisms that these credentials fit, the best first. */
export function mechanismsFor(user: string, auth: Credentials['auth'], { host, port }: ServerAddress): readonly Mechanism[] {
  if ('accessToken' in auth) {
    const { accessToken } = auth
    const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C')
    return [
      // RFC 7628, section 3.1.
      {
        name: 'OAUTHBEARER',
        responses: [base64(`n,a=${name},\u0001host=${host}\u0001port=${port}${bearer(accessToken)}`)],
        cancel: 'AQ==',
      },
      // https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
      { name: 'XOAUTH2', responses: [base64(`user=${user}${bearer(accessToken)}`)], cancel: '' },
    ]
  }
  return [
    // RFC 4616.
    { name: 'PLAIN', responses: [base64(`\0${user}\0${auth.pass}`)], cancel: '*' },
    // draft-murchison-sasl-login-00: the text of the challenges has no meaning.
    { name: 'LOGIN', responses: [base64(user), base64(auth.pass)], cancel: '*' },
  ]
}

interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** All forms of the secret that a server could repeat. */
export const secretForms = (user: string, auth: Credentials['auth'], server: ServerAddress): readonly string[] => [
  'accessToken' in auth ? auth.accessToken : auth.pass,
  ...mechanismsFor(user, auth, server).map(({ responses }) => responses.at(-1) ?? ''),
]

export type SaslExchange = ReturnType<typeof startExchange>

/** No initial response is sent: a mechanism that is refused before its first challenge has cost no sign-in. */
export function startExchange({ responses, cancel }: Mechanism) {
  let sent = 0
  let status: string | null = null
  return {
    /** What to send after this challenge. */
    respond(challenge: string): string {
      status ??= tokenStatus(challenge)
      const response = status === null ? responses[sent] : undefined
      if (response === undefined) return cancel
      sent += 1
      return response
    },
    get isSecretSent() {
      return sent === responses.length
    },
    /** Why the server refuses a token, which it puts into a challenge: a status of HTTP. */
    get tokenStatus() {
      return status
    },
  }
}

const TokenError = z.object({ status: z.union([z.string().max(40), z.number()]) })

function tokenStatus(challenge: string): string | null {
  try {
    return String(TokenError.parse(JSON.parse(Buffer.from(challenge, 'base64').toString())).status)
  } catch {
    return null
  }
}
