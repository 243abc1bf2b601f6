/** `mailbell login` and `mailbell logout`: sign in to an account's provider (OAuth 2), and out. */
import { createOAuth } from '../auth/oauth/oauth.ts'
import { createTokenStore } from '../auth/oauth/store.ts'
import { accountOf } from '../config/labels.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import type { TakeRedirectAddress } from '../auth/oauth/sign-in.ts'
import { readRedirectAddresses } from './links/addresses.ts'
import { openInBrowser } from './links/browser.ts'
import { CommandError } from './command-error.ts'
import { oauthOf } from '../sources/kinds.ts'
import { createConfigAccounts } from './config-accounts.ts'
import { loadExistingConfig } from './config-file.ts'

const LOGOUT_MS = 60_000

export async function login(
  account: string,
  { config, device = false }: { readonly config?: string; readonly device?: boolean },
): Promise<void> {
  const { oauth, provider, name } = await signInOf(account, config)
  const { signal } = new AbortController()
  if (!device) {
    const ended = new AbortController()
    try {
      await oauth.signInHere(provider, (url, take) => openSignIn(url, take, ended.signal), signal)
    } finally {
      ended.abort()
    }
  } else if (provider.deviceEndpoint !== undefined || provider.issuer !== undefined)
    await oauth.signInElsewhere(provider, (url, code) => console.log(`Open ${url} on any device, and enter the code: ${code}`), signal)
  else
    throw new CommandError(
      'This provider does not support codes from another device; omit --device, and paste the address that the browser shows in the end.',
    )
  console.log(`Signed in as ${name}.`)
}

const interrupt = (): void => void process.kill(process.pid, 'SIGINT')

function openSignIn(url: string, take: TakeRedirectAddress, signal: AbortSignal): void {
  console.log(`Sign in with your browser. If it does not open, go to:\n${url}`)
  openInBrowser(url)
  // Without a person there, the input belongs to the script that calls this command.
  if (!process.stdin.isTTY) return
  console.log('If the browser is on another machine, it shows an address in the end that does not open: paste it here.')
  readRedirectAddresses({ input: process.stdin, output: process.stderr, print: console.error, interrupt }, take, signal)
}

export async function logout(account: string, { config }: { readonly config?: string }): Promise<void> {
  const { oauth, provider, name } = await signInOf(account, config)
  const result = await oauth.signOut(provider, AbortSignal.timeout(LOGOUT_MS))
  const texts = {
    revoked: `Signed out of ${name}.`,
    forgotten: `Deleted the access to ${name}. To revoke it at the provider, open the settings of your account there.`,
    none: `Not signed in as ${name}.`,
  }
  console.log(texts[result])
}

/** @param account id or label */
async function signInOf(account: string, flag: string | undefined) {
  const dataDir = dataDirOf()
  const { path, config } = await loadExistingConfig(flag, dataDir)
  const { idOf, nameOf } = createConfigAccounts(config)
  const id = idOf(account)
  const source = id !== null && config.sources.find((each) => accountOf(each) === id)
  if (!source) throw new CommandError(`${path} has no account ${account}; check its spelling there.`, 2)
  const provider = oauthOf(source)
  if (!provider)
    throw new CommandError(`The account ${nameOf(id)} has no oauth in ${path}; it signs in with the configured password or token.`, 2)
  return { oauth: createOAuth(createTokenStore(dataDir)), provider, name: nameOf(id) }
}
