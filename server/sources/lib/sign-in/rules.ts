/** The meanings of a refusing reply, by code and text; the first match decides. docs/sign-in.md has the replies of real servers. */
import type { ConnectionError } from '../../../net/errors.ts'

/** A refusing reply of the server. */
export interface SignInReply {
  /** The response code (RFC 5530, RFC 2449) in capitals; may be empty. */
  readonly code: string
  readonly text: string
  /** BAD: the server does not know the command, or its arguments. */
  readonly isCommandError: boolean
  /** The reply to a mechanism of SASL, rather than to LOGIN or PASS. */
  readonly isMechanism: boolean
  readonly isSecretSent: boolean
  /** Of a token that was refused with a challenge. */
  readonly tokenStatus: string | null
}

export interface SignInServer {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly protocol: 'IMAP' | 'POP3'
  /** Signs in with an access token. */
  readonly hasToken: boolean
}

/** The server says that user or password are wrong. */
const PASSWORD_CODES = new Set(['AUTHENTICATIONFAILED', 'AUTH'])
const PASSWORD_TEXT =
  /(?:invalid|wrong|incorrect|bad|unknown|no such) (?:login |log-in )?(?:credential|user|password|pass\b|account)|(?:password|credentials|login)(?: or \w+)? (?:is |are |was )?(?:incorrect|wrong|invalid|not accepted|error)|password error|\bor (?:imap|pop3?)\b/i

/** The server does not know the mechanism. */
export const MECHANISM_TEXT =
  /mechanism|(?:command|method|type|auth\w*) (?:is )?(?:not |un)(?:supported|known|implemented|recognized|recognised|available|allowed|enabled)|(?:unsupported|unknown|unrecognized|unrecognised|invalid|unimplemented|illegal|bad) (?:auth\w* )?(?:command|method|type|mechanism|verb)|syntax error|not implemented|command unrecognized/i

export const TOKENS_ONLY = 'accepts no password, only access tokens; use oauth or token'

/** The pause after a lock whose length the server does not name. */
const LOCKED_MS = 15 * 60_000
/** LOGIN-DELAY names no pause itself (RFC 2449, section 8.1.1). */
const LOGIN_DELAY_MS = 60_000

export interface Rule {
  readonly codes?: readonly string[]
  readonly text?: RegExp
  /** What overrules a match of the text: a text that blames the password, or also a code that does. */
  readonly unless?: 'text' | 'text-or-code'
  readonly error: ConnectionError['code']
  readonly what: (server: SignInServer) => string
  readonly pauseMs?: number
}

const LOCKED: Rule = {
  text: /(?:account|user|login|ip|address)\b.{0,30}\b(?:locked|lock-?out|banned)|\b(?:ip|address)\b.{0,20}\bblocked|too many.{0,20}(?:fail|invalid|unsuccessful|incorrect|wrong|bad|attempt)|(?:login|logon|password) attempts/i,
  error: 'rate',
  what: ({ user }) => `has locked the login of ${user} for a while; check the password, or wait for the next try`,
  pauseMs: LOCKED_MS,
}
export const UNENCRYPTED: Rule = {
  codes: ['PRIVACYREQUIRED', 'ENCRYPTREQUIRED'],
  text: /(?:without|requires?|needs?|enable|under|over|entering|use|using) (?:an? )?(?:ssl|tls|starttls|stls|encrypt|secure|layer)|(?:ssl|tls|starttls|encryption|secure)(?: connection| command)? (?:is )?(?:needed|required|first)|cleartext|plain ?text (?:auth|log|pass)|non-secure/i,
  unless: 'text',
  error: 'config',
  what: () => 'accepts no password without encryption; set security to tls or starttls',
}

/** The first match decides. */
const RULES: readonly Rule[] = [
  LOCKED,
  { codes: ['IN-USE', 'INUSE'], error: 'rate', what: () => 'has the mailbox open for another program; retrying later' },
  { codes: ['LOGIN-DELAY'], error: 'rate', what: () => 'asks for fewer logins; retrying later', pauseMs: LOGIN_DELAY_MS },
  { codes: ['SYS/TEMP'], error: 'network', what: () => 'has a temporary error; retrying' },
  { codes: ['UNAVAILABLE', 'LIMIT', 'THROTTLED', 'SERVERBUG', 'OVERQUOTA', 'RATE-LIMIT'], error: 'rate', what: busy },
  {
    text: /unsafe login/i,
    error: 'config',
    what: () => "blocks programs that it does not know; allow mail programs on the provider's website",
  },
  {
    text: /app(?:lication)?[ -]?specific password|app(?:lication)? ?password|authori[sz]ation code|InvalidSecondFactor|(?:two|second|multi)-? ?(?:factor|step)|\b2fa\b|授权码|앱 ?비밀번호|애플리케이션 ?비밀번호/i,
    error: 'auth',
    what: ({ user }) =>
      `requires an app password for ${user}; create one on the provider's website, and use it instead of the usual password`,
  },
  {
    text: /basic ?auth\w*.{0,30}(?:disabled|blocked|not (?:supported|allowed))/i,
    error: 'config',
    what: () => TOKENS_ONLY,
  },
  {
    codes: ['WEBALERT'],
    text: /web ?login required|(?:log|sign)[ -]?in\b.{0,40}\bbrowser|verify your (?:account|identity)|account is blocked|please verify|captcha/i,
    error: 'auth',
    what: ({ user }) => `requires ${user} to sign in with a web browser first; do so, then try again`,
  },
  {
    text: /\b(?:imap4?|pop3?)\b.{0,40}(?:not (?:been )?(?:enabled|activated|allowed|active|open)|disabled|deactivated|switched off|turned off)|\b(?:enable|activate|turn on|switch on)\w*\b.{0,40}\b(?:imap|pop)|not enabled for (?:imap|pop)|\b(?:imap4?|pop3?)\b.{0,20}\bdenied|not allowed to use (?:imap|pop)|service is not open|没有权限|未开[启通]|(?:imap|pop3).{0,20}(?:사용|허용|설정)/i,
    unless: 'text',
    error: 'config',
    what: ({ protocol, user }) => `does not allow ${protocol} for ${user}; enable ${protocol} on the provider's website`,
  },
  UNENCRYPTED,
  {
    codes: ['EXPIRED'],
    text: /password.{0,20}expired|expired.{0,20}password|must change.{0,20}password|password must be changed|change your password/i,
    error: 'auth',
    what: ({ user, hasToken }) => `says that the ${hasToken ? 'access' : 'password'} of ${user} has expired; renew it at the provider`,
  },
  {
    text: /not connected/i,
    error: 'rate',
    what: ({ user }) =>
      `accepts the login of ${user} but does not open the mailbox; retrying later (for a shared mailbox, check the user name)`,
  },
  {
    text: /too (?:many|often|frequent)|throttl|rate (?:limit|exceeded)|limits? (?:is |was )?(?:exceeded|reached)|exceeded.{0,40}(?:limit|number|maximum)|maximum (?:number of )?(?:connection|session|login)|slow down|wait \d{1,6} ?(?:s|m)|another.{0,20}session/i,
    error: 'rate',
    what: busy,
  },
  {
    text: /temporar|(?:try|retry) (?:again )?(?:later|in|after)|overloaded|unavailable|busy|maintenance|shutting down|(?:server|system|internal|backend|generic) (?:server )?(?:error|failure)|lookup failed|timed? ?out|quota|(?:cannot|can't|could not|unable to|failed to) (?:connect|contact|reach)|connection.{0,40}\bfailed|(?:server|service|backend|database)\b.{0,20}\b(?:down|unreachable|not (?:available|responding))|in use|\block(?:ed)?\b/i,
    unless: 'text-or-code',
    error: 'rate',
    what: busy,
  },
  {
    codes: ['AUTHORIZATIONFAILED', 'NOPERM'],
    text: /authori[sz]ation fail|not authori[sz]ed|access denied|not permitted/i,
    unless: 'text-or-code',
    error: 'auth',
    what: ({ user }) => `knows ${user} but does not give access to this mailbox; check the user name, or ask its administrator`,
  },
  {
    codes: ['CONTACTADMIN', 'SYS/PERM'],
    text: /contact\b.{0,20}\b(?:admin|support|provider|help)|(?:account|user|mailbox)\b.{0,20}\b(?:disabled|suspended|inactive|deactivated|not active|closed|blocked|abnormal)/i,
    unless: 'text',
    error: 'config',
    what: ({ user }) => `does not let ${user} sign in; ask its administrator`,
  },
]

export function busy(): string {
  return 'accepts no logins at the moment; retrying later'
}

/** How much of a text is read for its meaning. */
export const READ_LENGTH = 1_000

export const blamesPassword = ({ code, text }: SignInReply, by: Rule['unless']): boolean =>
  by !== undefined && (PASSWORD_TEXT.test(text) || (by === 'text-or-code' && PASSWORD_CODES.has(code)))

export const ruleFor = (reply: SignInReply): Rule | undefined =>
  RULES.find(({ codes, text, unless }) => {
    // Yahoo sends this code with a wrong password.
    if (codes?.includes(reply.code) && !(reply.code === 'AUTHORIZATIONFAILED' && PASSWORD_TEXT.test(reply.text))) return true
    return text?.test(reply.text) && !blamesPassword(reply, unless)
  })
