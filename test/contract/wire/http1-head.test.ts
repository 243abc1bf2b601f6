/**
 * Request lines and header fields (RFC 9112), with the cases of uNetworking/h1spec and their neighbours. A comment says why the server accepts what it
 * could reject, or rejects it in another way.
 */
import { describe } from 'vitest'
import { type Case, describeHttp1, get, HOST, putX } from '../../helpers/web/http1.ts'

const { answers, rejects } = describeHttp1()

describe('the request line', () => {
  answers([
    ['a plain GET', get(), 200],
    // RFC 9112, section 2.2: an empty line before a request is ignored.
    ['empty lines before it', `\r\n\r\n${get()}`, 200],
    ['a bare LF before it', `\n${get()}`, 200],
    // Section 3: a recipient may separate its parts at any run of blanks.
    ['two blanks before the target', get().replace(' /', '  /'), 200],
    ['two blanks before the version', get().replace(' HTTP', '  HTTP'), 200],
    ['HTTP/1.0 with keep-alive', get('Connection: keep-alive\r\n').replace('1.1', '1.0'), 200],
    ['HEAD', get().replace('GET', 'HEAD'), 200],
    ['OPTIONS of a path', get().replace('GET', 'OPTIONS'), 405],
    ['OPTIONS *', get('', '*').replace('GET', 'OPTIONS'), 204],
    ['TRACE', get().replace('GET', 'TRACE'), 405],
    ['PROPFIND', get().replace('GET', 'PROPFIND'), 405],
    ['PATCH with a body', putX('Content-Length: 12\r\n').replace('PUT', 'PATCH'), 405],
  ])
  rejects([
    ['no version', 'GET /healthz \r\n\r\n'],
    ['HTTP/0.9', 'GET /healthz\r\n'],
    ['HTTP/0.9 with an empty line', 'GET /healthz\r\n\r\n'],
    // RFC 9110, section 15.6.6, suggests 505. Node's parser knows some of these versions only.
    ...['HTTP/9.9', 'HTTP/2.0', 'HTTP/1.2', 'HTTP/0.9', 'http/1.1', 'HTTP/1.10', 'HTTP/01.1', 'HTTP/1.', 'HTTP/', 'ICY/1.1', ''].map(
      (version): Case => [`the version "${version}"`, get().replace('HTTP/1.1', version)],
    ),
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    // RFC 9110, section 9.1, suggests 501. Node's parser does not tell an unknown method from what is not HTTP.
    ['an unknown method', get().replace('GET', 'BREW')],
    ['a method in lower case', get().replace('GET', 'get')],
    ['a prefix', `Extra line${get()}`],
    ['a blank before it', ` ${get()}`],
    ['a blank after it', get().replace('1.1', '1.1 ')],
    ['tabs', get().replaceAll(' ', '\t')],
    ['a blank in the target', get('', '/heal thz')],
    ['NUL in the target', get('', '/heal\0thz')],
    ['8 bits in the target', get('', '/heal\u00fcthz')],
    ['CONNECT', get('', 'example.org:443').replace('GET', 'CONNECT')],
    ['CONNECT to the server itself', get('', 'HOST').replace('GET', 'CONNECT')],
    ['the authority form', get('', 'HOST')],
    ['an absolute target without Host', get('', 'http://HOST/healthz').replace(HOST, '')],
  ])
})

describe('the header', () => {
  answers([
    ['a name in any case, a tab, an empty value', `GET /healthz HTTP/1.1\r\nhoSt:\tHOST\r\nempty:\r\nX-Empty: \r\n\r\n`, 200],
    // RFC 9110, section 5.5: obsolete, and without a meaning here.
    ['8 bits in a value', get('X: \u00fc\r\n'), 200],
    // 421 says more to a person than 400, and nothing is done.
    ...['evil.example', 'HOST, HOST', 'HOST/x', 'a@HOST'].map(
      (host) => [`the Host "${host}"`, get().replace(HOST, `Host: ${host}\r\n`), 421] as const,
    ),
  ])
  rejects([
    ['no Host', 'GET /healthz HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello'],
    ['an empty Host', 'GET /healthz HTTP/1.1\r\nHost:\r\n\r\n'],
    ['two Hosts', get('Host: example.org\r\n')],
    ['the same Host twice', get(HOST)],
    ['two tokens', putX('Content-Length: 12\r\nauthorization: Bearer reader\r\n')],
    ['two types of a body', putX('Content-Length: 12\r\nContent-type: text/plain\r\n')],
    ...['\x00', '\x07', '\x0b', '\x1b', '\x7f', '\r', '\n'].map((char): Case => [
      `${JSON.stringify(char)} in a value`,
      get(`X: a${char}b\r\n`),
    ]),
    ...['X ', 'X\t', 'X Y', 'X[]', 'X\u00fc', 'X\0', 'X(', '"X"', ''].map((name): Case => [
      `the name ${JSON.stringify(name)}`,
      get(`${name}: a\r\n`),
    ]),
    ['a line without a colon', get('X\r\n')],
    ['a folded line', get('X: a\r\n b\r\n')],
    ['a folded line that is the first', 'GET /healthz HTTP/1.1\r\n X: a\r\nHost: HOST\r\n\r\n'],
    ['a bare LF after the request line', get().replace('\r\n', '\n')],
    ['a bare LF after a field', get('X: y\n')],
    ['a bare LF for the empty line', get().replace(/\r\n$/, '\n')],
    ['bare LF throughout', get().replaceAll('\r', '')],
    ['a bare CR after the request line', get().replace('\r\n', '\r')],
    ['a bare CR for the empty line', get('\rSome-Header: Test\r\n')],
  ])
  rejects([['2,000 lines', get('a:\r\n'.repeat(2_000))]], 431)
})
