/** Settings as a file for another machine: everything except secrets. */
import { z } from 'zod'
import { jsonOf } from '../../common/text.ts'
import { ShortText, StoredAccount, StoredOAuthClient } from '../../common/protocol/account.ts'
import { type DesktopSettings, DesktopSettingsChange, type SharedSettings, SharedSettingsChange } from '../../common/protocol/settings.ts'
import { parseServerUrl } from '../../common/model/server-url.ts'
import type { SettingsStore } from './settings.ts'
import type { StoredLists } from './settings-schema.ts'

const VERSION = 1

const ServerUrl = ShortText.transform((text, context) => {
  const parsed = parseServerUrl(text)
  if (parsed.kind === 'invalid') context.addIssue({ code: 'custom', message: parsed.detail })
  return parsed.kind === 'invalid' ? text : parsed.url
})

/** Only what the schema names, so that no secret gets into the file. */
const ExportedAccount = StoredAccount.extend({ oauth: StoredOAuthClient.strip().exactOptional() }).strip()

const Exported = z.strictObject({
  mailbell: z.literal(VERSION),
  preferences: SharedSettingsChange,
  choices: DesktopSettingsChange,
  accounts: z.array(StoredAccount).max(1000),
  servers: z.array(z.strictObject({ url: ServerUrl })).max(1000),
})

/** Ten times what 1000 accounts need. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024

export type ImportedFile =
  | {
      readonly kind: 'valid'
      readonly shared: Partial<SharedSettings>
      readonly desktop: Partial<DesktopSettings>
      readonly stored: StoredLists
      readonly commandSkipped: boolean
    }
  | { readonly kind: 'newer' }
  /** `at`: the path of the invalid value, if it is known. */
  | { readonly kind: 'invalid'; readonly at: string | null }

export function exportedText(settings: Pick<SettingsStore, 'shared' | 'desktop' | 'accounts' | 'servers'>): string {
  const exported = {
    mailbell: VERSION,
    preferences: settings.shared,
    choices: settings.desktop,
    accounts: settings.accounts.map((account) => ExportedAccount.parse(account)),
    servers: settings.servers.map(({ url }) => ({ url })),
  }
  return `${JSON.stringify(exported, null, 2)}\n`
}

export function readExported(text: string): ImportedFile {
  const content = jsonOf(text)
  const version = z.object({ mailbell: z.int() }).safeParse(content)
  if (version.success && version.data.mailbell > VERSION) return { kind: 'newer' }
  const parsed = Exported.safeParse(content)
  if (!parsed.success) return { kind: 'invalid', at: parsed.error.issues[0]?.path.join('.') || null }
  const { preferences, choices, accounts, servers } = parsed.data
  const { mailCommand = '', opensMailIn, ...rest } = choices
  return {
    kind: 'valid',
    shared: preferences,
    // A command would run at the next click on a message: a file from elsewhere may not bring one.
    desktop: { ...rest, ...(opensMailIn !== undefined && opensMailIn !== 'command' && { opensMailIn }) },
    stored: {
      accounts: uniqueBy(accounts, ({ account }) => account),
      servers: uniqueBy(servers, ({ url }) => url).map(({ url }) => ({ id: url, url })),
    },
    commandSkipped: mailCommand !== '',
  }
}

const uniqueBy = <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
]
