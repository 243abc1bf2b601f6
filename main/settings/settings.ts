/** The settings of the app, in one file; settings-schema.ts describes it. */
import type { Options } from 'electron-store'
import type { StoredAccount } from '../../common/protocol/account.ts'
import { type DesktopSettings, readDesktopSettings, type SharedSettings } from '../../common/protocol/settings.ts'
import { DEFAULT_SETTINGS, type RemoteServer, SETTINGS_SCHEMA, type SettingsFile } from './settings-schema.ts'
import { openStore, type StoreLocation } from '../system/store-file.ts'

export interface SettingsStore {
  readonly shared: SharedSettings
  readonly desktop: DesktopSettings
  readonly accounts: readonly StoredAccount[]
  readonly servers: readonly RemoteServer[]
  /** Also true with any account or server: the welcome page is not needed then. */
  readonly welcomed: boolean
  readonly memoryAccepted: boolean
  setShared(settings: SharedSettings): void
  setDesktop(settings: DesktopSettings): void
  setAccounts(accounts: readonly StoredAccount[]): void
  setServers(servers: readonly RemoteServer[]): void
  setWelcomed(): void
  setMemoryAccepted(accepted: boolean): void
}

type Migrations = NonNullable<Options<Shape>['migrations']>

/** electron-store requires an index signature, which an interface does not have. */
type Shape = { -readonly [Key in keyof SettingsFile]: SettingsFile[Key] }

/** What each version changes in the file of an older one, by its semver. None yet. */
const MIGRATIONS: Migrations = {}

/** Every setter writes the whole file atomically, and throws where it cannot be written. */
export function openSettings({ migrations = MIGRATIONS, ...location }: StoreLocation & { readonly migrations?: Migrations }): {
  readonly settings: SettingsStore
  readonly backupPath: string | null
} {
  const { store, backupPath } = openStore<Shape>(location, {
    name: 'settings',
    schema: SETTINGS_SCHEMA,
    defaults: DEFAULT_SETTINGS,
    migrations,
  })
  return {
    backupPath,
    settings: {
      get shared() {
        return { ...DEFAULT_SETTINGS.preferences, ...store.get('preferences') }
      },
      get desktop() {
        return readDesktopSettings(store.get('choices'))
      },
      get accounts() {
        return store.get('accounts')
      },
      get servers() {
        return store.get('servers')
      },
      get welcomed() {
        return store.get('welcomed') || store.get('accounts').length + store.get('servers').length > 0
      },
      get memoryAccepted() {
        return store.get('memoryWillDo')
      },
      setShared: (settings) => store.set('preferences', settings),
      setDesktop: (settings) => store.set('choices', settings),
      setAccounts: (accounts) => store.set('accounts', accounts),
      setServers: (servers) => store.set('servers', servers),
      setWelcomed: () => store.set('welcomed', true),
      setMemoryAccepted: (accepted) => store.set('memoryWillDo', accepted),
    },
  }
}
