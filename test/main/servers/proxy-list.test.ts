import { expect, test } from 'vitest'
import { firstProxy } from '../../../main/servers/proxy-list.ts'

test.each([
  ['DIRECT', null],
  ['', null],
  ['PROXY proxy.example:3128; DIRECT', { scheme: 'http', host: 'proxy.example', port: 3128 }],
  ['HTTPS proxy.example:443', { scheme: 'https', host: 'proxy.example', port: 443 }],
  ['SOCKS5 [2001:db8::1]:1080', { scheme: 'socks5', host: '2001:db8::1', port: 1080 }],
  ['SOCKS 127.0.0.1:9050', { scheme: 'socks4', host: '127.0.0.1', port: 9050 }],
  ['QUIC a:1; PROXY b:2', { scheme: 'http', host: 'b', port: 2 }],
  ['PROXY a:99999; DIRECT', null],
  ['PROXY user:secret@a:1', null],
])('%j', (list, proxy) => {
  expect(firstProxy(list)).toEqual(proxy)
})
