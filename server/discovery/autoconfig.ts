/**
 * The settings that a domain publishes for mail clients (draft-bucksch-autoconfig): an XML file on its own web server.
 * Only over https, since over http an attacker on the network could name another server. Third-party databases are not
 * queried: they would learn who has which mailbox.
 */
import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'
import { readable } from '../platform/text.ts'
import { type Address, isHostName } from './address.ts'
import type { Candidate, Discovery, SignIn } from '../../common/protocol/discovery.ts'

export type DiscoveredServers = Omit<Discovery, 'address'>

/** The addresses of the file, the likelier one first. */
export function autoconfigUrls({ full, domain }: Address): string[] {
  const query = `emailaddress=${encodeURIComponent(full)}`
  return [
    `https://autoconfig.${domain}/mail/config-v1.1.xml?${query}`,
    `https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml?${query}`,
  ]
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  processEntities: false,
  isArray: (name) => name === 'incomingServer' || name === 'authentication',
})

const Server = z.object({
  '@type': z.string(),
  hostname: z.string(),
  port: z.string().regex(/^\d{1,5}$/),
  socketType: z.string(),
  username: z.string().optional(),
  authentication: z.array(z.string()).optional(),
})
const File = z.object({
  clientConfig: z.object({
    emailProvider: z.object({
      displayName: z.string().optional().catch(undefined),
      incomingServer: z.array(z.unknown()),
      webMail: z
        .object({ loginPage: z.object({ '@url': z.string() }) })
        .optional()
        .catch(undefined),
    }),
  }),
})

/** Per file. */
const MAX_SERVERS = 8

/** Null for any other text. Leaves out servers that would receive a password unencrypted. */
export function parseAutoconfig(xml: string, address: Address): DiscoveredServers | null {
  // The format needs no document type, which would allow attacks through entities.
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) return null
  let parsed: unknown
  try {
    parsed = parser.parse(xml)
  } catch {
    return null
  }
  const file = File.safeParse(parsed)
  if (!file.success) return null
  const { incomingServer, displayName, webMail } = file.data.clientConfig.emailProvider
  const candidates = incomingServer.slice(0, MAX_SERVERS).flatMap((entry) => {
    const server = Server.safeParse(entry)
    const candidate = server.success ? candidateOf(server.data, address) : null
    return candidate ? [candidate] : []
  })
  const webUrl = webMail?.loginPage['@url'] ?? ''
  const name = readable(displayName ?? '').slice(0, 80) || address.domain
  const provider = URL.parse(webUrl)?.protocol === 'https:' ? { id: 'autoconfig', name: { en: name, ko: name }, webUrl, steps: [] } : null
  return { candidates, provider }
}

function candidateOf(server: z.infer<typeof Server>, address: Address): Candidate | null {
  const parts = { ADDRESS: address.full, LOCALPART: address.local, DOMAIN: address.domain }
  const fill = (text: string): string =>
    text.trim().replaceAll(/%EMAIL(ADDRESS|LOCALPART|DOMAIN)%/g, (_, part: keyof typeof parts) => parts[part])
  const protocol = server['@type'].toLowerCase()
  const security = server.socketType === 'SSL' ? 'tls' : server.socketType === 'STARTTLS' ? 'starttls' : null
  const host = fill(server.hostname).toLowerCase()
  const port = Number(server.port)
  const user = server.username === undefined ? address.full : fill(server.username)
  const signIn = signInOf(server.authentication)
  if (protocol !== 'imap' && protocol !== 'pop3') return null
  if (security === null || !isHostName(host) || port < 1 || port > 65_535 || signIn.length === 0) return null
  if (user === '' || user !== readable(user)) return null
  return { protocol, host, port, security, user, signIn, origins: ['autoconfig'], mustConfirm: false }
}

/** Empty for OAuth 2 alone: the file does not name the authorization server. The table has the large providers. */
function signInOf(authentication: readonly string[] = ['password-cleartext']): SignIn[] {
  return authentication.some((method) => /^(?:password-(?:cleartext|encrypted)|plain|secure)$/.test(method.trim()))
    ? ['password', 'app-password']
    : []
}
