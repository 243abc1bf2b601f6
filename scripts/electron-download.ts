/** Pure: how the environment says to download Electron. */

export type Environment = Readonly<Record<string, string | undefined>>

/** What the installer's own environment adds: Node then takes HTTP_PROXY, HTTPS_PROXY and NO_PROXY, as npm's settings may name them. */
export function downloadEnvironment(env: Environment): Record<string, string> {
  const http = first(env, 'http_proxy', 'HTTP_PROXY', 'npm_config_proxy')
  const https = first(env, 'https_proxy', 'HTTPS_PROXY', 'npm_config_https_proxy', 'npm_config_proxy')
  const no = first(env, 'no_proxy', 'NO_PROXY', 'npm_config_noproxy')
  return {
    NODE_USE_ENV_PROXY: '1',
    ...(http !== undefined && { HTTP_PROXY: http }),
    ...(https !== undefined && { HTTPS_PROXY: https }),
    ...(no !== undefined && { NO_PROXY: no }),
  }
}

/**
 * Where Electron was to be downloaded from, and the variables that change that.
 * @returns for the end of an error's line; without the passwords of a mirror or proxy
 */
export function describeDownload(env: Environment): string {
  // As @electron/get reads them.
  const mirror = first(env, 'npm_config_electron_mirror', 'NPM_CONFIG_ELECTRON_MIRROR', 'ELECTRON_MIRROR')
  const source = mirror ?? 'https://github.com/'
  const { HTTP_PROXY, HTTPS_PROXY } = downloadEnvironment(env)
  const proxy = source.startsWith('http:') ? HTTP_PROXY : HTTPS_PROXY
  const from = `${hostOf(source)}${proxy === undefined ? '' : ` through the proxy ${hostOf(proxy)}`}`
  const change = `${proxy === undefined ? 'HTTPS_PROXY sets a proxy, ' : ''}ELECTRON_MIRROR sets another server`
  return `from ${from}; ${change}`
}

const first = (env: Environment, ...names: readonly string[]): string | undefined =>
  names.map((name) => env[name]).find((value) => value !== undefined && value !== '')

/** Of a URL, or of a proxy without a scheme. */
function hostOf(address: string): string {
  const url = URL.parse(address.includes('://') ? address : `http://${address}`)
  return url?.host || 'an address that is not valid'
}
