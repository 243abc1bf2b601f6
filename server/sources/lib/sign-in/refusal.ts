/** What the refusal of a sign-in means, and what to do about it. */
import type { ConnectionError } from '../../../net/errors.ts'
import { readable } from '../../../platform/text.ts'
import { requestedPauseMs } from '../mail/server-busy.ts'
import { quotable } from '../mail/server-text.ts'
import { adviceFor } from './advice.ts'
import {
  blamesPassword,
  busy,
  MECHANISM_TEXT,
  READ_LENGTH,
  type Rule,
  ruleFor,
  type SignInReply,
  type SignInServer,
  TOKENS_ONLY,
  UNENCRYPTED,
} from './rules.ts'

const shortened = (reply: SignInReply): SignInReply => ({ ...reply, text: reply.text.slice(0, READ_LENGTH) })

/**
 * Whether the server refuses the mechanism rather than the password, so that the next way to sign in is tried. Before the
 * password was sent, any other refusal than "not now" and "not unencrypted" is one.
 */
export function isMechanismRefusal(full: SignInReply): boolean {
  const reply = shortened(full)
  const rule = ruleFor(reply)
  if (!reply.isSecretSent) return rule === undefined || !(rule === UNENCRYPTED || rule.error === 'rate' || rule.error === 'network')
  if (!reply.isMechanism || reply.tokenStatus !== null || blamesPassword(reply, 'text-or-code')) return false
  return rule === undefined && (reply.isCommandError || MECHANISM_TEXT.test(reply.text))
}

/** Whether any reply means that the server keeps this account out, rather than refuses one command. */
export const isAccountRefusal = (text: string): boolean => /unsafe login|authenticated but not connected/i.test(text.slice(0, READ_LENGTH))

/** @param secrets the text of the server is left out where it contains one */
export function explainRefusal(reply: SignInReply, server: SignInServer, secrets: readonly string[]): ConnectionError {
  const text = reply.text.trim()
  const said = quotable(text, secrets)
  const quote = said === '' ? '' : ` It says: ${said}`
  const { error, what, pauseMs } = meaningOf(shortened(reply), server)
  const requestedMs = error === 'rate' ? requestedPauseMs(text) : undefined
  const retryAfterMs = requestedMs ?? pauseMs
  return {
    code: error,
    message: `${server.host}:${server.port} ${what(server)}.${quote}`,
    isSignInRefusal: reply.isSecretSent,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

function meaningOf(reply: SignInReply, server: SignInServer): Rule {
  const { tokenStatus } = reply
  if (tokenStatus !== null && !/^(?:5\d\d|429)$/.test(tokenStatus))
    return { error: 'auth', what: ({ user }) => `refuses the access token of ${user} (${readable(tokenStatus)}); sign in again` }
  if (tokenStatus !== null) return { error: 'rate', what: busy }
  const rule = ruleFor(reply)
  if (rule) return rule
  if (!blamesPassword(reply, 'text-or-code') && (!reply.isSecretSent || MECHANISM_TEXT.test(reply.text)))
    return { error: 'config', what: () => 'refuses each way to sign in that it offers; check host and port, or ask its administrator' }
  if (server.hasToken)
    return { error: 'auth', what: ({ user }) => `refuses the access token of ${user}; sign in again, and allow access to email` }
  return { error: 'auth', what: ({ user }) => `refuses the login of ${user}; check user and password (${adviceFor(server)})` }
}

/** @param offered the mechanisms of the server */
export function explainNoWay(offered: readonly string[], { host, port, hasToken }: SignInServer, isEncrypted: boolean): ConnectionError {
  const list = offered.map((name) => readable(name).slice(0, 40)).slice(0, 10)
  const takesToken = list.some((name) => /^(?:XOAUTH2?|OAUTHBEARER)$/.test(name))
  const what = hasToken
    ? 'accepts no access token (it offers neither XOAUTH2 nor OAUTHBEARER); use a password'
    : takesToken
      ? TOKENS_ONLY
      : !isEncrypted
        ? 'accepts no password without encryption; set security to tls or starttls'
        : `offers no way to sign in that Mailbell knows (${list.length === 0 ? 'none at all' : list.join(', ')}); ask its administrator for PLAIN or LOGIN`
  return { code: 'config', message: `${host}:${port} ${what}.` }
}
