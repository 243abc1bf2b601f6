import { describe, expect, it } from 'vitest'
import { parseRequest } from '../../../../server/http/fast/request.ts'

const bytes = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'))
const poll = (...fields: string[]): Buffer =>
  bytes('GET /v1/accounts HTTP/1.1', 'Host: example.org', 'Authorization: Bearer t', ...fields, '', '')
const put = (body: string, ...fields: string[]): Buffer =>
  bytes(
    'PUT /v1/accounts/a HTTP/1.1',
    'Host: example.org',
    'Authorization: Bearer t',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...fields,
    '',
    body,
  )

describe('a request as it was recorded', () => {
  const tag = 'If-None-Match: "hsQtdW_ebl70.12"'
  const authorization = 'Authorization: Bearer secret-token'
  const chromium = [
    'Connection: keep-alive',
    'Pragma: no-cache',
    'Cache-Control: no-cache',
    'sec-ch-ua-platform: "Linux"',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'sec-ch-ua: "Not:A-Brand";v="8", "Chromium";v="156"',
    'sec-ch-ua-mobile: ?0',
    'Accept: */*',
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-Mode: cors',
    'Sec-Fetch-Dest: empty',
    'Referer: http://127.0.0.1:6245/',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-US,en;q=0.9',
  ]
  const firefox = [
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
    'Accept: application/json',
    'Accept-Language: en-US,en;q=0.9',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Connection: keep-alive',
    'Sec-Fetch-Dest: empty',
    'Sec-Fetch-Mode: cors',
    'Sec-Fetch-Site: same-origin',
  ]
  const axios = ['Accept: application/json, text/plain, */*', 'User-Agent: axios/1.21.1', 'Accept-Encoding: gzip, compress, deflate, br']
  const java = [
    'Connection: Upgrade, HTTP2-Settings',
    'Content-Length: 0',
    'HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA',
    'Upgrade: h2c',
    'User-Agent: Java-http-client/17.0.15',
  ]
  const fetch = ['accept: */*', 'accept-language: *', 'sec-fetch-mode: cors', 'user-agent: node', 'accept-encoding: gzip, deflate']
  it.each([
    ['axios', [...axios, 'Connection: keep-alive']],
    ['fetch of Node', ['connection: keep-alive', ...fetch, 'pragma: no-cache', 'cache-control: no-cache']],
    ['fetch of Chromium', chromium],
    ['fetch of Firefox', firefox],
    ['fetch of Firefox after Check now', [...firefox, 'Priority: u=0']],
    ['curl', ['User-Agent: curl/7.88.1', 'Accept: */*']],
    ["Java's HttpClient", java],
    ['nginx, with packaging/nginx.conf', ['X-Forwarded-For: 203.0.113.7', 'X-Forwarded-Proto: https', ...chromium.slice(3)]],
  ])('of %s is read', (_client, fields) => {
    const chunk = bytes('GET /v1/accounts HTTP/1.1', 'Host: 127.0.0.1:6245', authorization, tag, 'Prefer: wait=55', ...fields, '', '')
    expect(parseRequest(chunk)).toMatchObject({
      method: 'GET',
      segment: null,
      host: '127.0.0.1:6245',
      authorization: 'Bearer secret-token',
      ifNoneMatch: '"hsQtdW_ebl70.12"',
      prefer: 'wait=55',
      length: chunk.length,
    })
  })

  it.each([
    ['axios', [...axios, 'Connection: keep-alive']],
    ['fetch of Node', ['connection: keep-alive', ...fetch]],
    ['curl', ['User-Agent: curl/7.88.1', 'Accept: */*']],
  ])('of %s that pushes a count is read', (_client, fields) => {
    const chunk = put('{"unread":5}', ...fields)
    expect(parseRequest(chunk)).toMatchObject({ method: 'PUT', segment: 'a', body: { unread: 5 }, length: chunk.length })
  })
})

it('reads the request at the start of a chunk, and says where it ends', () => {
  const first = put('{"unread":1}')
  expect(parseRequest(Buffer.concat([first, poll()]))).toMatchObject({ body: { unread: 1 }, length: first.length })
})

it('reads an "@" that is percent-encoded, and a body in UTF-8', () => {
  const chunk = Buffer.from(put('{"unread":1,"x":"회의"}').toString().replace('/a HTTP', '/a%40b HTTP'))
  expect(parseRequest(chunk)).toMatchObject({ segment: 'a@b', body: { x: '회의' } })
})

it.each([
  ['a part of a request', poll().subarray(0, -1)],
  ['a body that is not there yet', put('{"unread":1}').subarray(0, -1)],
  ['another method', Buffer.from(poll().toString().replace('GET', 'HEAD'))],
  ['another version', Buffer.from(poll().toString().replace('1.1', '1.0'))],
  ['a query', Buffer.from(poll().toString().replace('accounts', 'accounts?a'))],
  ['a path that a proxy could change', Buffer.from(put('{}').toString().replace('/a HTTP', '/a%2Fb HTTP'))],
  ['no Host', Buffer.from(poll().toString().replace('Host', 'X-Host'))],
  ['two Hosts', poll('host: example.org')],
  ['two tokens', poll('authorization: Bearer u')],
  ['two tags', poll('If-None-Match: "a"', 'if-none-match: "b"')],
  ['two preferences', poll('Prefer: wait=1', 'Prefer: wait=2')],
  ['two lengths', put('{}', 'Content-Length: 2')],
  ['a page of another origin', poll('Origin: https://evil.example')],
  ['a chunked body', put('{}', 'Transfer-Encoding: chunked')],
  ['a compressed body', put('{}', 'Content-Encoding: gzip')],
  ['a body behind a GET', poll('Content-Length: 2')],
  ['an upgrade with other headers for the next hop', poll('Connection: Upgrade, Prefer', 'Upgrade: h2c')],
  ['a condition of a change', put('{}', 'If-None-Match: *')],
  ['a condition that only changes have', put('{}', 'If-Match: *')],
  ['an expectation', put('{}', 'Expect: 100-continue')],
  ['the end of the connection', poll('Connection: close')],
  ['a header for the next hop', poll('Connection: keep-alive, Prefer')],
  ['a folded line', poll(' folded')],
  ['a blank before the colon', poll('X : 1')],
  ['a line without a colon', poll('X')],
  ['a bare line feed', poll('X: 1\nY: 2')],
  ['a bare carriage return', poll('X: 1\rY: 2')],
  ['a control character', poll('X: \u0001')],
  ['a NUL', poll('X: \0')],
  ['a character beyond ASCII', poll('X: é')],
  ['very many fields', poll(...Array.from({ length: 60 }, (_, i) => `X-${i}: 1`))],
  ['a very long field', poll(`X: ${'x'.repeat(5_000)}`)],
  [
    'a very long id',
    Buffer.from(
      put('{}')
        .toString()
        .replace('/a HTTP', `/${'a'.repeat(2_000)} HTTP`),
    ),
  ],
  ['another type', Buffer.from(put('{}').toString().replace('/json', '/xml'))],
  ['a length in another form', Buffer.from(put('{}').toString().replace('Length: 2', 'Length: +2'))],
  ['a length with a leading zero', Buffer.from(put('{}').toString().replace('Length: 2', 'Length: 02'))],
  ['a body that is not JSON', put('{')],
  ['a body that is not UTF-8', Buffer.from(put('"e"').toString().replace('"e"', '"\u00e9"'), 'latin1')],
  ['a byte order mark', put('\ufeff{}')],
  ['a key that Fastify refuses', put('{"__proto__":{}}')],
  ['a key with an escape', put('{"__pr\\u006fto__":{}}')],
])('leaves %s to node:http', (_what, chunk) => {
  expect(parseRequest(chunk)).toBeNull()
})
