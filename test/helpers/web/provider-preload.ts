/** Loaded into a server under test: the token and device endpoints of Google and Microsoft are those of the server at `AUTHORITY`. */
import { PROVIDERS } from '../../../server/auth/oauth/providers.ts'

const { google, microsoft } = PROVIDERS
const PATHS: ReadonlyMap<string, string> = new Map([
  [google.tokenEndpoint, '/token'],
  [microsoft.tokenEndpoint, '/token'],
  [microsoft.deviceEndpoint, '/device/auth'],
])

const { fetch } = globalThis
globalThis.fetch = async (input, init) => {
  const path = PATHS.get(String(input))
  return await fetch(path === undefined ? input : `${process.env['AUTHORITY']}${path}`, init)
}
