/** The configuration of a web service on a test server. */
import type { HttpSourceConfig } from '../../../server/sources/http-json/config.ts'
import { Secret } from '../../../server/auth/secret.ts'

export function httpConfig(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  change: Partial<HttpSourceConfig> = {},
): HttpSourceConfig {
  return {
    type: 'http',
    name: 'service',
    url: new Secret({ value: url }),
    pointer: '',
    account: 'me',
    headers: Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, new Secret({ value })])),
    intervalMs: 50,
    timeoutMs: 10_000,
    ca: undefined,
    allowInsecure: false,
    ...change,
  }
}
