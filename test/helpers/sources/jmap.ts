/** The configuration of an account on a test JMAP server. */
import type { JmapSourceConfig } from '../../../server/sources/jmap/config.ts'
import { Secret } from '../../../server/auth/secret.ts'

export function jmapConfig(url: string, password: string, change: Partial<JmapSourceConfig> = {}): JmapSourceConfig {
  return {
    type: 'jmap',
    name: 'mail',
    account: 'me',
    url,
    login: { user: 'me', password: new Secret({ value: password }) },
    folders: ['\\Inbox'],
    count: 'emails',
    intervalMs: 200,
    ca: undefined,
    pin: undefined,
    allowInsecure: false,
    webUrl: undefined,
    ...change,
  }
}
