/** The settings of the app, in one file with a schema; see settings-schema.ts for what they are. */
import type { Options } from 'electron-store'
import { readDesktopSettings } from '../../common/protocol/settings.ts'
import type { StoredAccount } from '../../common/protocol/account.ts'
import type { DesktopSettings, SharedSettings } from '../../common/protocol/settings.ts'
import { DEFAULT_SETTINGS, type RemoteServer, SETTINGS_SCHEMA, type SettingsFile } from './settings-schema.ts'
import { openStore } from './store-file.ts'

export interface SettingsStore {
  readonly shared: SharedSettings
  readonly desktop: DesktopSettings
  readonly accounts: readonly StoredAccount[]
  readonly servers: readonly RemoteServer[]
  /** Once an account or a server is there, nobody needs the first page any more. */
  readonly welcomed: boolean
  readonly memoryAccepted: boolean
  setShared(preferences: SharedSettings): void
  setDesktop(choices: DesktopSettings): void
  setAccounts(accounts: readonly StoredAccount[]): void
  setServers(servers: readonly RemoteServer[]): void
  setWelcomed(): void
  setMemoryAccepted(willDo: boolean): void
}

export interface SettingsOptions {
  readonly dir: string
  readonly version: string
  readonly nowMs: number
  readonly migrations?: Migrations
}

type Migrations = NonNullable<Options<Shape>['migrations']>

/** electron-store asks for an index signature, which an interface does not have. */
type Shape = { -readonly [Key in keyof SettingsFile]: SettingsFile[Key] }

/** By the version that brings the change (semver): what it does to a file of an older one. None yet. */
const MIGRATIONS: Migrations = {}

/** Every setter writes the whole file at once and in one piece, and throws where it cannot be written. */
export function openSettings({ dir, version, nowMs, migrations = MIGRATIONS }: SettingsOptions): {
  readonly settings: SettingsStore
  readonly backupPath: string | null
} {
  const { store, backupPath } = openStore<Shape>(
    { cwd: dir, name: 'settings', projectVersion: version, schema: SETTINGS_SCHEMA, defaults: DEFAULT_SETTINGS, migrations },
    nowMs,
  )
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
      setShared: (preferences) => store.set('preferences', preferences),
      setDesktop: (choices) => store.set('choices', choices),
      setAccounts: (accounts) => store.set('accounts', accounts),
      setServers: (servers) => store.set('servers', servers),
      setWelcomed: () => store.set('welcomed', true),
      setMemoryAccepted: (willDo) => store.set('memoryWillDo', willDo),
    },
  }
}
