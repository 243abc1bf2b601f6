import { describe, expect, it } from 'vitest'
import { describeDownload, downloadEnvironment } from '../../scripts/electron-download.ts'

describe('the download of Electron', () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['nothing', {}, {}],
    ['the usual variables', { HTTPS_PROXY: 'http://a:1', NO_PROXY: 'x' }, { HTTPS_PROXY: 'http://a:1', NO_PROXY: 'x' }],
    ['those in lower case first, as Node does', { https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:2' }, { HTTPS_PROXY: 'http://a:1' }],
    ['npm’s settings', { npm_config_https_proxy: 'http://a:1', npm_config_noproxy: 'x' }, { HTTPS_PROXY: 'http://a:1', NO_PROXY: 'x' }],
    ['npm’s proxy for both', { npm_config_proxy: 'http://a:1' }, { HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'http://a:1' }],
    ['no empty value', { HTTPS_PROXY: '', npm_config_https_proxy: 'http://a:1' }, { HTTPS_PROXY: 'http://a:1' }],
  ])('takes the proxy of %s', (_name, env, added) => {
    expect(downloadEnvironment(env)).toEqual({ NODE_USE_ENV_PROXY: '1', ...added })
  })

  it.each<[Record<string, string>, string]>([
    [{}, 'from github.com; HTTPS_PROXY sets a proxy, ELECTRON_MIRROR sets another server'],
    [{ HTTPS_PROXY: 'http://kim:secret@proxy:3128' }, 'from github.com through the proxy proxy:3128; ELECTRON_MIRROR sets another server'],
    [{ https_proxy: 'proxy:3128' }, 'from github.com through the proxy proxy:3128; ELECTRON_MIRROR sets another server'],
    [{ HTTP_PROXY: 'http://proxy:3128' }, 'from github.com; HTTPS_PROXY sets a proxy, ELECTRON_MIRROR sets another server'],
    [
      { ELECTRON_MIRROR: 'http://kim:secret@mirror.example.org/electron/', HTTP_PROXY: 'http://proxy:3128' },
      'from mirror.example.org through the proxy proxy:3128; ELECTRON_MIRROR sets another server',
    ],
    [
      { npm_config_electron_mirror: 'https://npm.example.org/', ELECTRON_MIRROR: 'https://mirror.example.org/' },
      'from npm.example.org; HTTPS_PROXY sets a proxy, ELECTRON_MIRROR sets another server',
    ],
    [
      { ELECTRON_MIRROR: 'https://[', HTTPS_PROXY: 'http://[' },
      'from an address that is not valid through the proxy an address that is not valid; ELECTRON_MIRROR sets another server',
    ],
  ])('is described for %o', (env, text) => {
    expect(describeDownload(env)).toBe(text)
  })
})
