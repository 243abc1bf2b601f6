/** Finds the mailbox, and lets the person choose and confirm it. */
import type { Address } from '../../discovery/address.ts'
import { MAIL_PORTS } from '../../../common/model/mail-ports.ts'
import type { ConnectionSecurity } from '../../../common/protocol/account.ts'
import type { Candidate, Origin, ProviderInfo, SignIn } from '../../../common/protocol/discovery.ts'
import { CommandError } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'
import type { AddDeps, AddOptions } from './options.ts'

export interface Chosen {
  readonly candidate: Candidate
  /** Named in the prompt; undefined if the server accepts nothing that can be typed. */
  readonly secretName: string | undefined
  readonly webUrl?: string
  readonly folders?: readonly string[]
  /** Only to this machine; else as the candidate says. */
  readonly security?: 'none'
}

/** Null: it is not typed. */
const SECRET_NAMES: Readonly<Record<SignIn, string | null>> = {
  password: 'Password',
  'app-password': 'App password',
  token: 'API token',
  google: null,
  microsoft: null,
  desktop: null,
}

/** The server that the options name. */
export const candidateOf = (host: string, address: string, { protocol, port, security }: AddOptions): Candidate => ({
  protocol,
  host,
  port: port ?? MAIL_PORTS[protocol][security],
  security,
  user: address,
  signIn: ['password'],
  origins: [],
  mustConfirm: false,
})

const ORIGINS: Readonly<Record<Origin, string>> = {
  table: 'known to Mailbell',
  mx: 'from the mail exchanger of its domain (MX)',
  autoconfig: 'published by its domain (autoconfig)',
  srv: 'named in the DNS of its domain (SRV)',
  exchange: 'published by the mail provider of its domain',
  'well-known': 'offered by the web server of its domain',
  guess: 'guessed from its domain; a server responds there',
  gnome: 'as set up in GNOME Online Accounts',
  thunderbird: 'as set up in Thunderbird',
}

const SECURITIES: Readonly<Record<ConnectionSecurity, string>> = { tls: 'TLS', starttls: 'STARTTLS', none: 'no encryption' }

export const textOf = ({ protocol, host, port, origins }: Candidate, security: ConnectionSecurity): string =>
  `${protocol.toUpperCase()} at ${host}:${port} (${SECURITIES[security]}), ${origins.map((origin) => ORIGINS[origin]).join(' and ')}`

export async function choose(address: Address, options: AddOptions, { terminal, find }: AddDeps): Promise<Chosen> {
  terminal.print(`Looking for the mailbox of ${address.full}…`)
  const { candidates, provider } = await find(address)
  if (provider?.refusal) throw new CommandError(provider.refusal.en)
  const [first, ...others] = candidates
  if (first === undefined)
    throw new CommandError(`No mail server found for ${address.full}; check the address and the network, or name the server with --host.`)

  for (const [i, candidate] of candidates.entries())
    terminal.print(`${others.length > 0 ? `${i + 1}. ` : ''}${textOf(candidate, candidate.security)}`)
  const chosen = others.length > 0 && terminal.isInteractive && !options.yes ? await chooseOne(candidates, terminal) : first
  const presented = present(chosen, provider, terminal)
  await confirm(chosen, options, terminal)
  return presented
}

/** Prints what the provider requires first. */
export function present(candidate: Candidate, provider: ProviderInfo | null, terminal: Terminal): Chosen {
  const secretName = candidate.signIn.map((method) => SECRET_NAMES[method]).find((name) => name !== null) ?? undefined
  if (provider && provider.steps.length > 0) {
    terminal.print(`First, at ${provider.name.en}:`)
    for (const { text, url } of provider.steps) terminal.print(`  - ${text.en}${url === undefined ? '' : ` ${url}`}`)
  }
  return { candidate, secretName, ...(provider && { webUrl: provider.webUrl }) }
}

async function chooseOne(candidates: readonly Candidate[], terminal: Terminal): Promise<Candidate> {
  const answer = await terminal.ask(`Which one? [1–${candidates.length}, default 1] `)
  const chosen = candidates[answer === '' ? 0 : Number(answer) - 1]
  if (chosen === undefined) throw new CommandError(`"${answer}" is not one of them; nothing was changed.`, 2)
  return chosen
}

/** DNS alone can be forged: the password goes to a server of another domain only if the person confirms it. */
async function confirm({ host, mustConfirm }: Candidate, { trustServer }: AddOptions, terminal: Terminal): Promise<void> {
  if (!mustConfirm || trustServer === host) return
  const words = `${host} belongs to another domain than the address, and only DNS, which can be forged, names it.`
  if (!terminal.isInteractive) throw new CommandError(`${words} If it is correct, add --trust-server ${host}.`)
  if (!isYes(await terminal.ask(`${words} Is it your mail server? [y/N] `))) throw new CommandError('Nothing was changed.')
}

export const isYes = (answer: string): boolean => /^y(?:es)?$/i.test(answer)
