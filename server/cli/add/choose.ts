/** Which mailbox it is: looked for, shown, chosen and agreed to. */
import type { Address } from '../../discovery/address.ts'
import type { Candidate, Origin, SignIn } from '../../../common/protocol/discovery.ts'
import { CommandError } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'
import type { AddDeps, AddOptions } from './options.ts'

export interface Chosen {
  readonly candidate: Candidate
  /** What is asked for; undefined where it takes nothing that can be typed. */
  readonly secretName: string | undefined
  readonly webUrl?: string
}

/** Null: it is not typed here. */
const SECRET_NAMES: Readonly<Record<SignIn, string | null>> = {
  password: 'Password',
  'app-password': 'App password',
  token: 'API token',
  google: null,
  microsoft: null,
}

const USUAL_PORTS = { imap: { tls: 993, starttls: 143 }, pop3: { tls: 995, starttls: 110 } } as const

/** The server that the person names. */
export const named = (host: string, address: string, { protocol, port, security }: AddOptions): Candidate => ({
  protocol,
  host,
  port: port ?? USUAL_PORTS[protocol][security],
  security,
  user: address,
  signIn: ['password'],
  origins: [],
  mustConfirm: false,
})

const ORIGIN_WORDS: Readonly<Record<Origin, string>> = {
  table: 'known to Mailbell',
  mx: 'by the mail exchanger of its domain',
  autoconfig: 'published by its domain (autoconfig)',
  srv: 'named in the DNS of its domain (SRV)',
  exchange: 'published by whoever gets the mail of its domain',
  'well-known': 'offered by the web server of its domain',
  guess: 'guessed from its domain; somebody answers there',
}

const shown = ({ protocol, host, port, security, origins }: Candidate): string =>
  `${protocol.toUpperCase()} at ${host}:${port} (${security === 'tls' ? 'TLS' : 'STARTTLS'}), ${origins.map((origin) => ORIGIN_WORDS[origin]).join(' and ')}`

export async function choose(address: Address, options: AddOptions, { terminal, find }: AddDeps): Promise<Chosen> {
  terminal.print(`Looking for the mailbox of ${address.full}…`)
  const { candidates, provider } = await find(address)
  if (provider?.refusal) throw new CommandError(provider.refusal.en)
  const [first, ...others] = candidates
  if (first === undefined)
    throw new CommandError(
      `No mail server was found for ${address.full}; check the address and the network, or name the server with --host.`,
    )

  for (const [i, candidate] of candidates.entries()) terminal.print(`${others.length > 0 ? `${i + 1}. ` : ''}${shown(candidate)}`)
  const chosen = others.length > 0 && terminal.isThere && !options.yes ? await chosenOf(candidates, terminal) : first
  const secretName = chosen.signIn.map((method) => SECRET_NAMES[method]).find((name) => name !== null) ?? undefined
  if (provider && provider.steps.length > 0) {
    terminal.print(`First, at ${provider.name.en}:`)
    for (const { text, url } of provider.steps) terminal.print(`  - ${text.en}${url === undefined ? '' : ` ${url}`}`)
  }
  await confirm(chosen, options, terminal)
  return { candidate: chosen, secretName, ...(provider && { webUrl: provider.webUrl }) }
}

async function chosenOf(candidates: readonly Candidate[], terminal: Terminal): Promise<Candidate> {
  const answer = await terminal.ask(`Which one? [1–${candidates.length}, Enter for 1] `)
  const chosen = candidates[answer === '' ? 0 : Number(answer) - 1]
  if (chosen === undefined) throw new CommandError(`"${answer}" is none of them; nothing was changed.`, 2)
  return chosen
}

/** DNS alone can be forged on the way: a password goes to another domain's server only with the person's yes. */
async function confirm({ host, mustConfirm }: Candidate, { trustServer }: AddOptions, terminal: Terminal): Promise<void> {
  if (!mustConfirm || trustServer === host) return
  const words = `Only DNS, which can be forged, names ${host}, and it is in another domain than the address.`
  if (!terminal.isThere) throw new CommandError(`${words} If it is right, add --trust-server ${host}.`)
  if (!isYes(await terminal.ask(`${words} Is it where your mail is? [y/N] `))) throw new CommandError('Nothing was changed.')
}

export const isYes = (answer: string): boolean => /^y(?:es)?$/i.test(answer)
