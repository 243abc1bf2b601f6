/** The settings of the app, in one file; settings-schema.ts describes it. */
import type { Options } from 'electron-store'
import { type DesktopSettings, readDesktopSettings, type SharedSettings } from '../../common/protocol/settings.ts'
import { DEFAULT_SETTINGS, SETTINGS_SCHEMA, type SettingsFile } from './settings-schema.ts'
import { openStore, type StoreLocation } from '../system/store-file.ts'

export type SettingsStore = ReturnType<typeof openSettings>['settings']

type Migrations = NonNullable<Options<Shape>['migrations']>

/** electron-store requires an index signature, which an interface does not have. */
type Shape = { -readonly [Key in keyof SettingsFile]: SettingsFile[Key] }

/** What each version changes in the file of an older one, by its semver. None yet. */
const MIGRATIONS: Migrations = {}

/** Every setter writes the whole file atomically, and throws if it cannot be written. */
export function openSettings({ migrations = MIGRATIONS, ...location }: StoreLocation & { readonly migrations?: Migrations }) {
  const { store, backupPath } = openStore<Shape>(location, {
    name: 'settings',
    schema: SETTINGS_SCHEMA,
    defaults: DEFAULT_SETTINGS,
    migrations,
  })
  return {
    backupPath,
    settings: {
      get shared(): SharedSettings {
        return { ...DEFAULT_SETTINGS.preferences, ...store.get('preferences') }
      },
      get desktop(): DesktopSettings {
        return readDesktopSettings(store.get('choices'))
      },
      get accounts(): SettingsFile['accounts'] {
        return store.get('accounts')
      },
      get servers(): SettingsFile['servers'] {
        return store.get('servers')
      },
      /** Also true with any account or server: the welcome page is not needed then. */
      get welcomed(): boolean {
        return store.get('welcomed') || store.get('accounts').length + store.get('servers').length > 0
      },
      get memoryAccepted(): boolean {
        return store.get('memoryWillDo')
      },
      setShared: (settings: SharedSettings) => store.set('preferences', settings),
      setDesktop: (settings: DesktopSettings) => store.set('choices', settings),
      setAccounts: (accounts: SettingsFile['accounts']) => store.set('accounts', accounts),
      setServers: (servers: SettingsFile['servers']) => store.set('servers', servers),
      setWelcomed: () => store.set('welcomed', true),
      setMemoryAccepted: (accepted: boolean) => store.set('memoryWillDo', accepted),
    },
  }
}
