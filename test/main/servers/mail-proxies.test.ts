import { expect, test } from 'vitest'
import { withMailProxies } from '../../../main/servers/mail-proxies.ts'
import type { ServerProcess } from '../../../main/servers/server-process.ts'
import type { WorkerAccount } from '../../../common/protocol/account.ts'
import { until } from '../../helpers/until.ts'

const ACCOUNT: WorkerAccount = {
  account: 'me',
  protocol: 'imap',
  host: 'imap.example.org',
  port: 993,
  security: 'tls',
  user: 'me',
  password: '',
  folders: [],
}

/** What the server is told, in its order. */
function following(resolveProxy: (url: string) => Promise<string>) {
  const told: unknown[] = []
  const bare: ServerProcess = {
    state: { phase: 'starting' },
    start: () => void told.push('start'),
    setSources: () => void told.push('sources'),
    async tryAccount({ host }) {
      told.push(`try ${host}`)
      return { kind: 'unavailable' }
    },
    cancelSignIn: () => undefined,
    findMailbox: async () => null,
    kick: () => undefined,
    setProxies: (proxies) => void told.push(proxies),
    suspend: () => undefined,
    probe: () => undefined,
    close: async () => undefined,
  }
  return { told, server: withMailProxies(bare, { resolveProxy, onFailure: (detail) => void told.push(detail) }) }
}

const SOCKS = { 'imap.example.org:993': 'socks5://proxy:1080' }

test('the way to a mail server is known before its account is tried', async () => {
  const { server, told } = following(async () => 'SOCKS5 proxy:1080')
  await server.tryAccount(ACCOUNT, () => undefined)
  expect(told).toEqual([SOCKS, 'try imap.example.org'])
})

test('where the system cannot say, the account is tried all the same', async () => {
  const { server, told } = following(async () => Promise.reject(new Error('no')))
  await server.tryAccount(ACCOUNT, () => undefined)
  expect(told).toEqual([expect.stringContaining('cannot be read'), 'try imap.example.org'])
})

test('JMAP that is named by an address is reached by the way to that', async () => {
  const { server, told } = following(async (url) => (url.includes('api.') ? 'PROXY proxy:3128' : 'DIRECT'))
  server.start({ accounts: [{ ...ACCOUNT, protocol: 'jmap', url: 'https://api.example.org/session' }], demo: false })
  await until(() => told.length === 2)
  expect(told).toEqual(['start', { 'api.example.org:443': 'http://proxy:3128' }])
})
