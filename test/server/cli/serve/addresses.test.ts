import { expect, test } from 'vitest'
import { otherAddresses } from '../../../../server/cli/serve/addresses.ts'

test.each<[string, readonly string[], string, readonly string[]]>([
  ['127.0.0.1', [], 'http://127.0.0.1:6245', []],
  ['127.0.0.1', ['mail.example.org'], 'http://127.0.0.1:6245', ['It also answers to http://mail.example.org:6245/']],
  ['0.0.0.0', ['10.0.0.7', 'fd00::5'], 'http://127.0.0.1:6245', ['It also answers to http://10.0.0.7:6245/, http://[fd00::5]:6245/']],
  ['0.0.0.0', [], 'http://127.0.0.1:6245', [expect.stringContaining('server.allowedHosts')]],
  ['::', [], 'http://[::1]:80', [expect.stringContaining('server.allowedHosts')]],
  ['10.0.0.7', [], 'http://10.0.0.7:6245', []],
])('a server on %s with the names %j says where it is reached', (host, allowedHosts, url, lines) => {
  expect(otherAddresses({ host, allowedHosts: [...allowedHosts] }, url)).toEqual(lines)
})
