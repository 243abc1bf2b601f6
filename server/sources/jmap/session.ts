/** The session resource (RFC 8620, section 2): endpoints, account and limits. */
import { z } from 'zod'
import { SourceError } from '../source.ts'
import { isProtected } from '../lib/web/url.ts'

const MAIL = 'urn:ietf:params:jmap:mail'
const CORE = 'urn:ietf:params:jmap:core'

/** The capabilities that each request uses (RFC 8620, section 3.3). */
export const USING = [CORE, MAIL]

export type Session = ReturnType<typeof parseSession>

const AccountResource = z
  .object({ isPersonal: z.boolean(), accountCapabilities: z.record(z.string(), z.unknown()) })
  .catch({ isPersonal: false, accountCapabilities: {} })
type AccountResource = z.infer<typeof AccountResource>

const SessionResource = z.object({
  apiUrl: z.string().min(1).max(2048),
  eventSourceUrl: z.string().max(2048).optional().catch(undefined),
  accounts: z.record(z.string(), AccountResource).catch({}),
  primaryAccounts: z.record(z.string(), z.string()),
  capabilities: z.record(z.string(), z.unknown()),
})

/** The suggested minimums (RFC 8620, section 2), for servers that name no limit. */
const DEFAULT_MAX_OBJECTS = 500
const DEFAULT_MAX_CALLS = 16

/** In one call. */
const MaxObjects = z.int().min(1).catch(DEFAULT_MAX_OBJECTS)
const Core = z
  .object({ maxObjectsInGet: MaxObjects, maxObjectsInSet: MaxObjects, maxCallsInRequest: z.int().min(1).catch(DEFAULT_MAX_CALLS) })
  .catch({ maxObjectsInGet: DEFAULT_MAX_OBJECTS, maxObjectsInSet: DEFAULT_MAX_OBJECTS, maxCallsInRequest: DEFAULT_MAX_CALLS })

/**
 * @param from the address of the resource: the base of relative addresses, and the limit of what is trusted.
 * @throws SourceError
 */
export function parseSession(document: unknown, from: URL, allowInsecure: boolean) {
  const parsed = SessionResource.safeParse(document)
  if (!parsed.success) throw new SourceError('protocol', `${from.origin} gives no session of JMAP; check the url.`)
  const { apiUrl, eventSourceUrl, accounts, primaryAccounts, capabilities } = parsed.data
  const accountId = primaryAccounts[MAIL] ?? onlyMailbox(accounts)
  if (accountId === undefined || !(MAIL in capabilities))
    throw new SourceError('config', `${from.origin} has no JMAP mailbox for this user; check the user and the url.`)
  return {
    apiUrl: endpoint(apiUrl, from, allowInsecure),
    /** The template of the push stream; undefined without one. */
    eventSourceUrl: eventSourceUrl === '' ? undefined : eventSourceUrl,
    accountId,
    ...Core.parse(capabilities[CORE]),
  }
}

/** A server need not say which account is the primary one; undefined where several of the user's own have mail. */
function onlyMailbox(accounts: Readonly<Record<string, AccountResource>>): string | undefined {
  const own = Object.entries(accounts).filter(([, { isPersonal, accountCapabilities }]) => isPersonal && MAIL in accountCapabilities)
  return own.length === 1 ? own[0]?.[0] : undefined
}

/**
 * The push stream of mail (RFC 8620, section 7.3).
 * @param pingSeconds how often the server should send a ping.
 */
export function eventSourceUrlFor(template: string, from: URL, pingSeconds: number, allowInsecure: boolean): URL {
  const values: Readonly<Record<string, string>> = { types: 'Mailbox,Email', closeafter: 'no', ping: String(pingSeconds) }
  const filled = template.replaceAll(/\{(types|closeafter|ping)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
  return endpoint(filled, from, allowInsecure)
}

/** Receives the password too: never another origin without TLS, and never a step from TLS to plain HTTP. */
function endpoint(text: string, from: URL, allowInsecure: boolean): URL {
  const url = URL.canParse(text, from.href) ? new URL(text, from) : null
  if (url === null || !isSafeRedirect(url, from, allowInsecure))
    throw new SourceError(
      'protocol',
      `${from.origin} names an address for JMAP that is not protected as it is itself; report it to the server's operator.`,
    )
  return url
}

/** Whether a secret for `from` may be sent to `url`, which `from` has named. */
export function isSafeRedirect(url: URL, from: URL, allowInsecure: boolean): boolean {
  if (url.username !== '' || url.password !== '') return false
  return url.origin === from.origin || url.protocol === 'https:' || (from.protocol === 'http:' && isProtected(url, allowInsecure))
}
