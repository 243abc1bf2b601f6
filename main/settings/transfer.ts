/** Settings as a file that a person takes to another machine: everything that is no secret. */
import { z } from 'zod'
import type { Imported } from '../../common/protocol/bridge.ts'
import { ShortText, StoredAccount } from '../../common/protocol/account.ts'
import { type DesktopSettings, DesktopSettingsChange, type SharedSettings, SharedSettingsChange } from '../../common/protocol/settings.ts'
import { parseServerUrl } from '../../common/model/server-url.ts'
import type { SettingsStore } from './settings.ts'
import type { RemoteServer } from './settings-schema.ts'

const VERSION = 1

const ServerUrl = ShortText.transform((text, context) => {
  const parsed = parseServerUrl(text)
  if (parsed.kind === 'invalid') context.addIssue({ code: 'custom', message: parsed.detail })
  return parsed.kind === 'invalid' ? text : parsed.url
})

const Exported = z.strictObject({
  mailbell: z.literal(VERSION),
  preferences: SharedSettingsChange,
  choices: DesktopSettingsChange,
  accounts: z.array(StoredAccount).max(1000),
  servers: z.array(z.strictObject({ url: ServerUrl })).max(1000),
})

/** 1000 accounts are a tenth of it. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024

interface Read {
  readonly preferences: Partial<SharedSettings>
  readonly choices: Partial<DesktopSettings>
  readonly accounts: readonly StoredAccount[]
  readonly servers: readonly RemoteServer[]
  readonly commandSkipped: Imported['commandSkipped']
}

export type ReadFile =
  | { readonly kind: 'read'; readonly content: Read }
  | { readonly kind: 'newer' }
  /** Where in the file it is wrong, as far as that can be said. */
  | { readonly kind: 'bad'; readonly at: string | null }

export function exportedText({
  shared,
  desktop,
  accounts,
  servers,
}: Pick<SettingsStore, 'shared' | 'desktop' | 'accounts' | 'servers'>): string {
  // Named one by one: whatever is added to an account one day is not in the file unless it stands here.
  const shown = accounts.map(({ account, protocol, host, port, security, user, folders, pin, url, webUrl, oauth }) => ({
    account,
    protocol,
    host,
    port,
    security,
    user,
    folders,
    pin,
    url,
    webUrl,
    ...(oauth && { oauth: { provider: oauth.provider, clientId: oauth.clientId } }),
  }))
  return `${JSON.stringify({ mailbell: VERSION, preferences: shared, choices: desktop, accounts: shown, servers: servers.map(({ url }) => ({ url })) }, null, 2)}\n`
}

export function readExported(text: string): ReadFile {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return { kind: 'bad', at: null }
  }
  const version = z.object({ mailbell: z.int() }).safeParse(given)
  if (version.success && version.data.mailbell > VERSION) return { kind: 'newer' }
  const parsed = Exported.safeParse(given)
  if (!parsed.success) return { kind: 'bad', at: parsed.error.issues[0]?.path.join('.') || null }
  const { preferences, choices, accounts, servers } = parsed.data
  const { mailCommand = '', opensMailIn, ...rest } = choices
  return {
    kind: 'read',
    content: {
      preferences,
      // A command would run at the next click on a mail: a file from elsewhere brings none.
      choices: { ...rest, ...(opensMailIn !== undefined && opensMailIn !== 'command' && { opensMailIn }) },
      accounts: uniqueBy(accounts, ({ account }) => account),
      servers: uniqueBy(servers, ({ url }) => url).map(({ url }) => ({ id: url, url })),
      commandSkipped: mailCommand !== '',
    },
  }
}

const uniqueBy = <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
]
