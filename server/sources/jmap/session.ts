/** The session resource of JMAP (RFC 8620, section 2): where to ask, whose account, and what the server bears. */
import { z } from 'zod'
import { isProtected } from '../web/url.ts'
import { SourceError } from '../source.ts'

const MAIL = 'urn:ietf:params:jmap:mail'
const CORE = 'urn:ietf:params:jmap:core'

/** What a request is made of (RFC 8620, section 3.3). */
export const USING = [CORE, MAIL]

export interface Session {
  readonly apiUrl: URL
  /** The template of the push stream; undefined where there is none. */
  readonly eventSourceUrl: string | undefined
  readonly accountId: string
  /** Objects that one call may ask for. */
  readonly maxObjectsInGet: number
  /** Objects that one call may change. */
  readonly maxObjectsInSet: number
}

const Answer = z.object({
  apiUrl: z.string().min(1).max(2048),
  eventSourceUrl: z.string().max(2048).optional(),
  primaryAccounts: z.record(z.string(), z.string()),
  capabilities: z.record(z.string(), z.unknown()),
})

/** What servers bear that say nothing of it (RFC 8620, section 2: suggested minimum). */
const OBJECTS = 500

const Most = z.int().min(1).catch(OBJECTS)
const Core = z.object({ maxObjectsInGet: Most, maxObjectsInSet: Most })

/**
 * @param from where it was found: relative addresses are taken from there, and no other origin is trusted without TLS.
 * @throws SourceError
 */
export function parseSession(document: unknown, from: URL, allowInsecure: boolean): Session {
  const read = Answer.safeParse(document)
  if (!read.success) throw new SourceError('protocol', `${from.origin} gives no session of JMAP; check the url.`)
  const { apiUrl, eventSourceUrl, primaryAccounts, capabilities } = read.data
  const accountId = primaryAccounts[MAIL]
  if (accountId === undefined || !(MAIL in capabilities))
    throw new SourceError('config', `${from.origin} offers no mail over JMAP to this user; check user and url.`)
  const core = Core.safeParse(capabilities[CORE])
  const { maxObjectsInGet, maxObjectsInSet } = core.success ? core.data : { maxObjectsInGet: OBJECTS, maxObjectsInSet: OBJECTS }
  return {
    apiUrl: placeOf(apiUrl, from, allowInsecure),
    eventSourceUrl: eventSourceUrl === '' ? undefined : eventSourceUrl,
    accountId,
    maxObjectsInGet,
    maxObjectsInSet,
  }
}

/**
 * The push stream of mail (RFC 8620, section 7.3).
 * @param pingSeconds how often the server is to show that it lives.
 */
export function eventSourceUrlFor(template: string, from: URL, pingSeconds: number, allowInsecure: boolean): URL {
  const values: Readonly<Record<string, string>> = { types: 'Mailbox,Email', closeafter: 'no', ping: String(pingSeconds) }
  const filled = template.replaceAll(/\{(types|closeafter|ping)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
  return placeOf(filled, from, allowInsecure)
}

/** The password goes there too: never to another origin without TLS, and never from TLS to none. */
function placeOf(text: string, from: URL, allowInsecure: boolean): URL {
  const url = URL.canParse(text, from.href) ? new URL(text, from) : null
  if (url === null || !isSafeRedirect(url, from, allowInsecure))
    throw new SourceError(
      'protocol',
      `${from.origin} names an address for JMAP that is not protected as it is itself; tell whoever runs it.`,
    )
  return url
}

/** Whether what is told to `from` may be told to `url`, which `from` has named. */
export function isSafeRedirect(url: URL, from: URL, allowInsecure: boolean): boolean {
  if (url.username !== '' || url.password !== '') return false
  return url.origin === from.origin || url.protocol === 'https:' || (from.protocol === 'http:' && isProtected(url, allowInsecure))
}
