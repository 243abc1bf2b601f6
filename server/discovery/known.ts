/** The accounts that this machine knows: those of the desktop, which need no password, and those of Thunderbird. */
import type { KnownAccount } from '../../common/protocol/discovery.ts'
import { type DesktopAccount, readDesktopAccounts } from '../auth/desktop/gnome.ts'
import { providerOfHost, providerInfo } from './table.ts'
import type { Machine } from './thunderbird/profiles.ts'
import { readThunderbird } from './thunderbird/read.ts'

export async function readKnownAccounts(machine: Machine): Promise<readonly KnownAccount[]> {
  const [desktop, { accounts }] = await Promise.all([
    machine.platform === 'linux' ? readDesktopAccounts(machine.env) : [],
    readThunderbird(machine),
  ])
  const known = desktop.map(knownAccountOf)
  const addresses = new Set(known.map(({ discovery }) => discovery.address))
  return [...known, ...accounts.filter(({ discovery }) => !addresses.has(discovery.address))]
}

function knownAccountOf({ address, host, port, security, user }: DesktopAccount): KnownAccount {
  const provider = providerOfHost(host)
  const candidate = { protocol: 'imap', host, port, security, user, signIn: ['desktop'], origins: ['gnome'], mustConfirm: false } as const
  return {
    // The provider's steps are about passwords.
    discovery: { address, candidates: [candidate], provider: provider && { ...providerInfo(provider), steps: [] } },
    byBrowser: false,
    isPlain: false,
    folders: [],
  }
}
