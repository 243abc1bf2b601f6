/** How the table says where a provider's mailboxes are. */
import type { SignIn, Step, Text } from '../../common/protocol/discovery.ts'
import type { MailProtocol } from '../../common/protocol/account.ts'

export interface ProviderServer {
  readonly protocol: MailProtocol
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls'
  readonly url?: string
  readonly signIn: readonly SignIn[]
}

export interface Provider {
  readonly id: string
  readonly name: Text
  /** Domains of addresses, each at one provider only. */
  readonly domains: readonly string[]
  /** Ends of the names of mail exchangers that show that a domain of somebody's own is here. */
  readonly mx: readonly string[]
  readonly servers: readonly ProviderServer[]
  /** What one signs in with: the address, or what stands before its @. */
  readonly user: 'address' | 'local-part'
  readonly webUrl: string
  readonly steps: readonly Step[]
  readonly refusal?: Text
}
