/** What the app keeps on disk between two runs: choices and addresses, never a secret and never a count. */
import type { Schema } from 'electron-store'
import type { ImapAccountForm, Preferences } from './ipc.ts'

/** An IMAP account without its password, which secrets.ts keeps. */
export type ImapAccount = Omit<ImapAccountForm, 'password'>

/** A remote server without its token, which secrets.ts keeps. `id` is its address in its plainest form. */
export interface RemoteServer {
  readonly id: string
  readonly url: string
}

export interface SettingsFile {
  readonly preferences: Preferences
  readonly imapAccounts: readonly ImapAccount[]
  readonly servers: readonly RemoteServer[]
}

export const DEFAULT_SETTINGS: SettingsFile = {
  preferences: { language: 'system', theme: 'system', notifications: true },
  imapAccounts: [],
  servers: [],
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
    },
  },
  imapAccounts: {
    type: 'array',
    items: {
      type: 'object',
      required: ['account', 'host', 'port', 'security', 'user', 'folders'],
      properties: {
        account: text,
        protocol: { enum: ['imap', 'pop3'] },
        host: text,
        port: { type: 'integer', minimum: 1, maximum: 65_535 },
        security: { enum: ['tls', 'starttls', 'none'] },
        user: text,
        folders: { type: 'array', items: text },
        pin: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        webUrl: { type: 'string', pattern: '^https://' },
      },
    },
  },
  servers: {
    type: 'array',
    items: { type: 'object', required: ['id', 'url'], properties: { id: text, url: text } },
  },
}
