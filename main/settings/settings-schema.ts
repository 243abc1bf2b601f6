/** What the app keeps on disk between two runs: choices and addresses, never a secret and never a count. */
import type { Schema } from 'electron-store'
import { DEFAULT_DESKTOP_SETTINGS } from '../../common/protocol/settings.ts'
import type { StoredAccount } from '../../common/protocol/account.ts'
import type { DesktopSettings, SharedSettings } from '../../common/protocol/settings.ts'

/** A remote server without its token, which secrets.ts keeps. `id` is its address in its plainest form. */
export interface RemoteServer {
  readonly id: string
  readonly url: string
}

export interface SettingsFile {
  readonly preferences: SharedSettings
  readonly choices: DesktopSettings
  /** Their passwords, tokens and the secrets of their clients are kept by secrets.ts. */
  readonly accounts: readonly StoredAccount[]
  readonly servers: readonly RemoteServer[]
  /** The first page was gone through, or left. */
  readonly welcomed: boolean
  /** Without a keyring: the person has said that secrets may be forgotten when the app ends. */
  readonly memoryWillDo: boolean
}

/** Accounts and servers without their secrets. */
export type StoredLists = Pick<SettingsFile, 'accounts' | 'servers'>

export const DEFAULT_SETTINGS: SettingsFile = {
  preferences: { language: 'system', theme: 'system', notifications: true, notificationText: 'mail' },
  choices: DEFAULT_DESKTOP_SETTINGS,
  accounts: [],
  servers: [],
  welcomed: false,
  memoryWillDo: false,
}

const text = { type: 'string', minLength: 1 } as const

export const SETTINGS_SCHEMA: Schema<SettingsFile> = {
  preferences: {
    type: 'object',
    required: ['language', 'theme', 'notifications'],
    properties: {
      language: { enum: ['system', 'en', 'ko'] },
      theme: { enum: ['system', 'light', 'dark'] },
      notifications: { type: 'boolean' },
      notificationText: { enum: ['mail', 'account', 'nothing'] },
    },
  },
  // Read part by part (choices.ts): one that is not understood costs nobody the rest.
  choices: { type: 'object' },
  accounts: {
    type: 'array',
    items: {
      type: 'object',
      required: ['account', 'protocol', 'host', 'port', 'security', 'user', 'folders'],
      properties: {
        account: text,
        protocol: { enum: ['imap', 'jmap', 'pop3'] },
        host: text,
        port: { type: 'integer', minimum: 1, maximum: 65_535 },
        security: { enum: ['tls', 'starttls', 'none'] },
        user: { type: 'string' },
        folders: { type: 'array', items: text },
        pin: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        url: { type: 'string', pattern: '^https://' },
        webUrl: { type: 'string', pattern: '^https://' },
        oauth: {
          type: 'object',
          required: ['provider', 'clientId'],
          properties: { provider: { enum: ['google', 'microsoft'] }, clientId: text },
        },
      },
    },
  },
  servers: {
    type: 'array',
    items: { type: 'object', required: ['id', 'url'], properties: { id: text, url: text } },
  },
  welcomed: { type: 'boolean' },
  memoryWillDo: { type: 'boolean' },
}
