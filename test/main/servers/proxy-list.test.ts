import { expect, test } from 'vitest'
import { firstWay } from '../../../main/servers/proxy-list.ts'

test.each([
  ['DIRECT', { kind: 'direct' }],
  ['', { kind: 'direct' }],
  ['PROXY proxy.example:3128; DIRECT', { kind: 'http', secure: false, host: 'proxy.example', port: 3128 }],
  ['HTTPS proxy.example:443', { kind: 'http', secure: true, host: 'proxy.example', port: 443 }],
  ['SOCKS5 [2001:db8::1]:1080', { kind: 'socks', version: 5, host: '2001:db8::1', port: 1080 }],
  ['SOCKS 127.0.0.1:9050', { kind: 'socks', version: 4, host: '127.0.0.1', port: 9050 }],
  ['QUIC a:1; PROXY b:2', { kind: 'http', secure: false, host: 'b', port: 2 }],
  ['PROXY a:99999; DIRECT', { kind: 'direct' }],
  ['PROXY user:secret@a:1', { kind: 'direct' }],
])('%j', (said, way) => {
  expect(firstWay(said)).toEqual(way)
})
