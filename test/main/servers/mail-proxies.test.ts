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

/** What the server is sent, in its order. */
function following(resolveProxy: (url: string) => Promise<string>) {
  const sent: unknown[] = []
  const bare: ServerProcess = {
    state: { phase: 'starting' },
    start: () => void sent.push('start'),
    setSources: () => void sent.push('sources'),
    async tryAccount({ host }) {
      sent.push(`try ${host}`)
      return { kind: 'unavailable' }
    },
    cancelSignIn: () => undefined,
    findMailbox: async () => null,
    kick: () => undefined,
    setProxies: (proxies) => void sent.push(proxies),
    suspend: () => undefined,
    probe: () => undefined,
    close: async () => undefined,
  }
  return { sent, server: withMailProxies(bare, { resolveProxy, onFailure: (detail) => void sent.push(detail) }) }
}

const SOCKS = { 'imap.example.org:993': 'socks5://proxy:1080' }

test('the proxy to a mail server is known before its account is tried', async () => {
  const { server, sent } = following(async () => 'SOCKS5 proxy:1080')
  await server.tryAccount(ACCOUNT, () => undefined)
  expect(sent).toEqual([SOCKS, 'try imap.example.org'])
})

test('where the proxies cannot be read, the account is tried all the same', async () => {
  const { server, sent } = following(async () => Promise.reject(new Error('no')))
  await server.tryAccount(ACCOUNT, () => undefined)
  expect(sent).toEqual([expect.stringContaining('cannot be read'), 'try imap.example.org'])
})

test('the proxy to a JMAP session address is known too', async () => {
  const { server, sent } = following(async (url) => (url.includes('api.') ? 'PROXY proxy:3128' : 'DIRECT'))
  server.start({ accounts: [{ ...ACCOUNT, protocol: 'jmap', url: 'https://api.example.org/session' }], demo: false })
  await until(() => sent.length === 2)
  expect(sent).toEqual(['start', { 'api.example.org:443': 'http://proxy:3128' }])
})
