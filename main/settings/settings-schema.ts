/** What the app stores between two runs: settings and addresses, never a secret and never a count. */
import type { Schema } from 'electron-store'
import { z } from 'zod'
import { StoredAccount } from '../../common/protocol/account.ts'
import type { Immutable } from '../../common/protocol/immutable.ts'
import { DEFAULT_DESKTOP_SETTINGS, type DesktopSettings, SharedSettings } from '../../common/protocol/settings.ts'
import { DEFAULT_SHARED_SETTINGS } from '../../common/protocol/shared-values.ts'

const Text = z.string().min(1)

/** A remote server without its token, which secrets.ts stores. `id` is its normalized address. */
const RemoteServer = z.object({ id: Text, url: Text })

const StoredSettings = z.object({
  /** Older files have fewer. */
  preferences: SharedSettings.partial(),
  /** Read setting by setting (`readDesktopSettings`), so that an invalid one does not invalidate the file. */
  choices: z.looseObject({}),
  accounts: z.array(StoredAccount),
  servers: z.array(RemoteServer),
  /** The welcome page was finished or left. */
  welcomed: z.boolean(),
  /** Without a keyring: the user agrees that secrets are lost when the app ends. */
  memoryWillDo: z.boolean(),
})

export interface SettingsFile extends Omit<Immutable<z.infer<typeof StoredSettings>>, 'preferences' | 'choices'> {
  readonly preferences: SharedSettings
  readonly choices: DesktopSettings
}

/** Accounts and servers without their secrets. */
export type StoredLists = Pick<SettingsFile, 'accounts' | 'servers'>

export const DEFAULT_SETTINGS: SettingsFile = {
  preferences: DEFAULT_SHARED_SETTINGS,
  choices: DEFAULT_DESKTOP_SETTINGS,
  accounts: [],
  servers: [],
  welcomed: false,
  memoryWillDo: false,
}

const { properties } = z.toJSONSchema(StoredSettings, {
  io: 'input',
  override({ jsonSchema }) {
    // A newer version may have added properties. The format allows only ASCII, which addresses on the web need not be.
    delete jsonSchema.additionalProperties
    delete jsonSchema.format
  },
})
export const SETTINGS_SCHEMA = properties as Schema<SettingsFile>
