/**
 * Where a request ends, and what may follow (RFC 9112), with the cases of uNetworking/h1spec and their neighbours. A comment says why the server accepts what it
 * could reject, or rejects it in another way.
 */
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { BODY, type Case, describeHttp1, get, NEXT, putX } from '../../helpers/web/http1.ts'
import { connectRaw, parkedPolls, put, send } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

const { answers, ends, named, rejects, server, stores } = describeHttp1()

describe('Content-Length', () => {
  stores([
    ['the length', putX('Content-Length: 12\r\n')],
    ['with blanks around', putX('Content-Length: \t12 \r\n')],
    ['with leading zeros', putX('Content-Length: 0012\r\n')],
    // RFC 9112, section 2.2: some clients end a body with CRLF.
    ['with CRLF behind the body', `${putX('Content-Length: 12\r\n')}\r\n`],
    ['with Expect: 100-continue', putX('Expect: 100-continue\r\nContent-Length: 12\r\n')],
    // RFC 9110, section 10.1.1: a server may ignore another expectation.
    ['with another expectation', putX('Expect: the-moon\r\nContent-Length: 12\r\n')],
  ])
  answers([
    ...['0', '00'].map((zero) => [`${zero} with GET`, get(`Content-Length: ${zero}\r\n`), 200] as const),
    ['a body that is not expected', putX('Content-Length: 12\r\n').replace('PUT', 'DELETE'), 404],
    ['a body without a token', putX('Content-Length: 12\r\n').replace('Bearer feeder', 'Bearer wrong'), 401],
    ['a body for no path', putX('Content-Length: 12\r\n').replace('/v1/accounts/x', '/nothing'), 404],
  ])
  rejects([
    ...[
      '+12',
      '-12',
      '-123456789123456789123456789',
      '0xc',
      'c',
      'abc',
      '12.0',
      '1e1',
      '',
      '1 2',
      '12, 12',
      '12, 13',
      '12;',
      '"12"',
      '\u00d9\u00a1',
    ].map((length): Case => [`"${length}"`, putX(`Content-Length: ${length}\r\n`)]),
    ...['18446744073709551616', '18446744073709551628', '9'.repeat(40)].map((length): Case => [
      length,
      putX(`Content-Length: ${length}\r\n`),
    ]),
    ['twice, the same', putX('Content-Length: 12\r\nContent-Length: 12\r\n')],
    ['twice', putX('Content-Length: 12\r\nContent-Length: 0\r\n')],
    ['with a blank before the colon', putX('Content-Length : 12\r\n')],
    ['with GET', get('Content-Length: 5\r\n', '/healthz').concat('hello')],
    ['with GET, over the next request', get('Content-Length: 200\r\n')],
    ['negative with GET', get('Content-Length: -1234\r\n')],
  ])
  // Nothing follows on this connection: no second response when the rest of the body does not arrive.
  rejects([['too large, and the body does not arrive', putX('Content-Length: 9007199254740993\r\n')]], 413)
  rejects([['that does not arrive, without a token', putX('Content-Length: 70000\r\n').replace('feeder', 'wrong')]], 401)
  rejects([['more than arrives', putX('Content-Length: 70000\r\n').replace('70000', '9000')]], 408)
})

const CODED = 'Transfer-Encoding: chunked\r\n'
const LAST = '0\r\n\r\n'
const chunked = (size: string, rest = `\r\n${BODY}\r\n${LAST}`): string => putX(CODED, `${size}${rest}`)

describe('Transfer-Encoding', () => {
  const coded = (fields: string): string => putX(fields, `c\r\n${BODY}\r\n${LAST}`)
  stores([
    ['chunked', coded(CODED)],
    ['in any case, with blanks', coded('transfer-encodinG:\tCHUNKED \r\n')],
    ['several chunks', putX(CODED, `1\r\n{\r\nb\r\n${BODY.slice(1)}\r\n${LAST}`)],
    ['sizes in any case, with leading zeros', chunked('000C', `\r\n${BODY}\r\n000\r\n\r\n`)],
    ['extensions', chunked('c;a=b', `\r\n${BODY}\r\n0;x="y;z"\r\n\r\n`)],
    ['a trailer', chunked('c', `\r\n${BODY}\r\n0\r\nX: y\r\n\r\n`)],
  ])
  rejects([
    ['with Content-Length', coded(`Content-Length: 5\r\nTransFer-Encoding: chunked\r\n`)],
    ['before Content-Length', coded(`${CODED}content-LengtH: 12\r\n`)],
    // RFC 9112, section 6.1, suggests 501 for an unknown coding.
    ...[
      'identity',
      'gzip',
      'gzip, chunked',
      'chunked, gzip',
      'chunked, chunked',
      'xchunked',
      'chunked;q=1',
      '"chunked"',
      '\x0bchunked',
      '',
      ', chunked',
      'chunked, identity',
    ].map((coding): Case => [JSON.stringify(coding), coded(`Transfer-Encoding: ${coding}\r\n`)]),
    ['twice', coded(CODED + CODED)],
    ['folded', coded('Transfer-Encoding:\r\n chunked\r\n')],
    ['with a blank before the colon', coded('Transfer-Encoding : chunked\r\n')],
    ['with GET', get(CODED) + LAST],
    ...['0xc', '+c', '-c', ' c', 'c ', '', 'g', '1000000000000000c', 'c ; a = b', 'c;a\nb', 'c;\x00', 'b', 'd', 'c\r'].map((size): Case => [
      `a chunk of the size ${JSON.stringify(size)}`,
      chunked(size),
    ]),
    ['a size that ends with LF', chunked('c', `\n${BODY}\r\n${LAST}`)],
    ['a chunk that ends with LF', chunked('c', `\r\n${BODY}\n${LAST}`)],
    ['a last chunk that ends with LF', chunked('c', `\r\n${BODY}\r\n0\n\n`)],
    ['a trailer that frames', chunked('c', `\r\n${BODY}\r\n0\r\nContent-Length: 99\r\n\r\n`)],
    ['a trailer that is no field', chunked('c', `\r\n${BODY}\r\n0\r\nX y\r\n\r\n`)],
  ])
  rejects([['a chunk of 16 EiB, which never arrives', chunked('ffffffffffffffff')]], 408)
  rejects([['extensions of 40 KB', chunked(`c;${'x'.repeat(40_000)}`)]], 413)
})

/** As Java's HttpClient sends it in each request. */
const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'

describe('a connection', () => {
  answers([
    ['a poll that offers h2c', get(`Authorization: Bearer reader\r\nContent-Length: 0\r\n${H2C}`, '/v1/accounts'), 200],
    ['a count that is sent with an offer of h2c', putX(`${H2C}Content-Length: 12\r\n`), 204],
  ])
  ends([
    ['Connection: close', get('Connection: close\r\n')],
    ['HTTP/1.0', get().replace('1.1', '1.0')],
    ['HTTP/1.0 with chunks', putX(CODED, `c\r\n${BODY}\r\n${LAST}`).replace('1.1', '1.0')],
    // Node drops the rest of what it has read: what came later would be taken for a request.
    ['Upgrade: h2c', get(H2C)],
    ['Upgrade: websocket', get('Connection: Upgrade\r\nUpgrade: websocket\r\n')],
    ['Upgrade with a body', putX(`${H2C}${CODED}`, `c\r\n${BODY}\r\n${LAST}`)],
    ['garbage behind a body', `${putX('Content-Length: 12\r\n')}garbage`],
  ])

  it('stays open for the hold of a poll that asks for an upgrade', async () => {
    const tag = String((await send(server().port, 'GET', '/v1/accounts')).headers.etag)
    const raw = connectRaw(server().port)
    const fields = `Authorization: Bearer reader\r\nIf-None-Match: ${tag}\r\nPrefer: wait=55\r\nConnection: Upgrade, TE\r\nUpgrade: h2c\r\n`
    raw.socket.write(named(get(fields, '/v1/accounts')))
    await until(async () => (await parkedPolls(server().port)) === 1)
    raw.socket.write(named(NEXT))
    await put(server().port, 'x', 4)
    expect(await raw.ended).toBeNull()
    expect(raw.text()).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n[^]*"unread":4/)
    expect(server().board.get('next')).toBeUndefined()
  })

  it('may bring a request in any two parts: it is answered once it is complete', async () => {
    for (const bytes of [putX('Content-Length: 12\r\n'), putX(CODED, `c;a=b\r\n${BODY}\r\n${LAST}`)].map(named)) {
      const raws = Array.from(bytes.slice(1), (_byte, i) => {
        const raw = connectRaw(server().port)
        raw.socket.setNoDelay().write(bytes.slice(0, i + 1))
        return raw
      })
      await Promise.all(raws.map(({ socket }) => once(socket, 'connect')))
      // The server has read the first parts by the time that it answers another connection.
      await send(server().port, 'GET', '/healthz')
      for (const [i, { socket, text }] of raws.entries()) {
        expect([i, text()]).toEqual([i, ''])
        socket.write(bytes.slice(i + 1))
      }
      await until(() => raws.every(({ text }) => text().startsWith('HTTP/1.1 204 ')))
      for (const { socket } of raws) socket.destroy()
    }
  })

  it('may bring requests byte by byte', async () => {
    const raw = connectRaw(server().port)
    for (const byte of named(get() + chunked('c;a=b') + NEXT)) {
      raw.socket.write(byte)
      await new Promise(setImmediate)
    }
    expect(await raw.ended).toBeNull()
    expect(Array.from(raw.text().matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => status)).toEqual(['200', '204', '204'])
  })

  it('ends after a request that expects a 100 Continue without a body, and has none within a response', async () => {
    const raw = connectRaw(server().port)
    const list = (fields: string): string => named(get(`Authorization: Bearer reader\r\n${fields}`, '/v1/accounts'))
    raw.socket.write(list('') + list('Expect: 100-continue\r\n') + named(putX('Content-Length: 12\r\n').replace('/x', '/behind')))
    expect(await raw.ended).toBeNull()
    expect(Array.from(raw.text().matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => status)).toEqual(['200', '200'])
    expect(server().board.get('behind')).toBeUndefined()
  })
})
