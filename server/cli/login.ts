/** `mailbell login` and `mailbell logout`: sign in to an account's provider (OAuth 2), and out. */
import { execFile } from 'node:child_process'
import type { Command } from 'commander'
import { configPathOf, loadConfig } from '../config/load.ts'
import type { OAuthConfig } from '../auth/oauth/config.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { createOAuth } from '../auth/oauth/oauth.ts'
import { createTokenStore } from '../auth/oauth/store.ts'
import { Secret } from '../auth/secret.ts'
import { CommandError } from './command-error.ts'

interface Options {
  readonly config?: string
  readonly device?: boolean
}

const CONFIG = ['--config <file>', 'the config (or MAILBELL_CONFIG; else mailbell.yml in the data directory)'] as const

export function addLogin(program: Command): void {
  program
    .command('login <account>')
    .description('sign in to the provider of an account that has oauth in the config')
    .option(...CONFIG)
    .option('--device', 'in a browser on another device, by a code; else in one on this machine')
    .action(login)
  program
    .command('logout <account>')
    .description("forget an account's access, and take it back where its provider can")
    .option(...CONFIG)
    .action(logout)
}

async function login(account: string, { config, device = false }: Options): Promise<void> {
  const dataDir = dataDirOf()
  const provider = await oauthOf(account, config, dataDir)
  const oauth = createOAuth(createTokenStore(dataDir))
  const signal = new AbortController().signal
  const canElsewhere = provider.deviceEndpoint !== undefined || provider.issuer !== undefined
  if (device && !canElsewhere)
    throw new CommandError(
      'This provider lets nobody in by a code from another device; leave out --device, and copy the address if need be.',
    )
  if (device) {
    await oauth.signInElsewhere(provider, ({ url, code }) => console.log(`Open ${url} on any device, and type there: ${code}`), signal)
  } else {
    await oauth.signInHere(
      provider,
      (url) => {
        console.log(`Sign in with your browser; if it does not open, go to:\n${url}`)
        openInBrowser(url)
      },
      signal,
    )
  }
  console.log(`Signed in as ${account}.`)
}

async function logout(account: string, { config }: Options): Promise<void> {
  const dataDir = dataDirOf()
  const provider = await oauthOf(account, config, dataDir)
  const how = await createOAuth(createTokenStore(dataDir)).signOut(provider, AbortSignal.timeout(60_000))
  console.log(WORDS[how](account))
}

const WORDS = {
  revoked: (account: string) => `Signed out of ${account}.`,
  forgotten: (account: string) =>
    `Forgot the access to ${account}; its provider lets nobody take it back but you, in your account's settings there.`,
  nobody: (account: string) => `Nobody was signed in as ${account}.`,
}

async function oauthOf(account: string, flag: string | undefined, dataDir: string): Promise<OAuthConfig> {
  const path = configPathOf(flag, process.env, dataDir)
  if (path === null) throw new CommandError('There is no config with that account; name one with --config.', 2)
  const { sources } = await loadConfig({ flags: { config: path }, env: process.env, dataDir, pageDir: null })
  const source = sources.find((each) => 'account' in each && each.account === account)
  if (!source) throw new CommandError(`There is no account ${account} in ${path}; see how it is written there.`, 2)
  const accessToken = 'accessToken' in source ? source.accessToken : null
  if (accessToken === null || accessToken instanceof Secret)
    throw new CommandError(`The account ${account} has no oauth in ${path}; it signs in with what is given there.`, 2)
  return accessToken
}

/** The address holds no secret. Where no browser can be opened, the person has it to copy. */
function openInBrowser(url: string): void {
  if (process.env['MAILBELL_NO_BROWSER']) return
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url]
  execFile(program ?? '', args, () => undefined)
}
