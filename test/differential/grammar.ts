/** Pure: random connections, as the chunks that a client writes. Most requests are valid; mutations make the rest doubtful. */

type Random = () => number

/** What a client writes on one connection, before it ends its side. */
export interface Script {
  readonly chunks: readonly Buffer[]
  readonly requests: number
  /** At least one request may be parked: whether its hold ends before what follows depends on the way through the server. */
  readonly mayPark: boolean
  /** Requests share a chunk. */
  readonly isMixed: boolean
  /** A request offers another protocol: it may be the last one of its connection. */
  readonly mayUpgrade: boolean
}

const pick = <T>(random: Random, items: readonly [T, ...T[]]): T => items[Math.floor(random() * items.length)] ?? items[0]

const IDS = [
  'alice',
  'bob',
  'alice%40example.org',
  '~YWxpY2U',
  '~YWxp',
  'a.b',
  '.',
  '..',
  '%2e',
  'team%2Fsales',
  'x'.repeat(300),
  '',
] as const
const BODIES = [
  '{"unread":1}',
  '{"unread":2,"total":9}',
  '{"unread":3,"latest":[{"id":"1","from":"김","subject":"회의"}]}',
  '{"unread":-1}',
  '{"unread":1,"__proto__":{}}',
  '{"unread":"1"}',
  '{"unread":1,"other":2}',
  '{"unr\\u0065ad":4}',
  '[]',
  '5',
  '{',
  '\ufeff{"unread":5}',
  ' {"unread" : 6 } ',
] as const
const EXTRA = [
  'Accept: application/json',
  'User-Agent: client/1',
  'Accept-Encoding: gzip, br',
  'Cookie: a=b',
  'Connection: keep-alive',
  'Connection: close',
  'Connection: Keep-Alive, TE',
  'Proxy-Connection: close',
  'TE: trailers',
  'Upgrade: websocket',
  'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c',
  'Expect: 100-continue',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Content-Encoding: gzip',
  'Content-Length: 0',
  'Content-Length: 12',
  'Content-Length: +12',
  'Content-Type: application/json;charset=utf-8',
  'Content-Type: text/plain',
  'Origin: http://evil.example',
  'Origin:',
  'Sec-Fetch-Site: cross-site',
  'X-Forwarded-For: 203.0.113.7',
  'X-Forwarded-Host: evil.example',
  'Prefer: respond-async',
  'If-None-Match: *',
  'If-None-Match: "EPOCHEPOCHEP.1", W/"x"',
  'Host: evil.example',
  'Range: bytes=0-1',
  'X: \t y \t',
  'X-Empty:',
  'Bad Name: 1',
  ' folded: 1',
  'NoColon',
  ': no name',
  'X-High: \u00e9',
  'X-Control: \u0001',
] as const

/** `EPOCHEPOCHEP` stands for the epoch of the server, `HOST` for its address. */
function requestOf(random: Random): { text: string; isPut: boolean; isWaiting: boolean } {
  const chance = (of: number): boolean => random() < of
  const isPut = chance(0.5)
  const path = isPut || chance(0.7) ? `/v1/accounts/${chance(0.8) ? pick(random, ['alice', 'bob']) : pick(random, IDS)}` : '/v1/accounts'
  const target = chance(0.03) ? pick(random, [`${path}?a=1`, `http://HOST${path}`, `/.${path}`, `${path}/`, '*', '/healthz']) : path
  const method = chance(0.03) ? pick(random, ['HEAD', 'DELETE', 'POST', 'OPTIONS', 'get', 'PUTT', 'CONNECT']) : isPut ? 'PUT' : 'GET'
  const version = chance(0.02) ? pick(random, ['HTTP/1.0', 'HTTP/1.2', 'http/1.1', 'HTTP/2.0', 'HTTP/1.1 ']) : 'HTTP/1.1'
  const secret = chance(0.97) ? (isPut ? 'feeder' : 'reader') : pick(random, ['alice', 'actor', 'nobody', 'reader feeder', ''])
  const lines = [`${method} ${target} ${version}`]
  if (!chance(0.02))
    lines.push(`${pick(random, ['Host', 'host', 'HOST'])}: ${chance(0.96) ? 'HOST' : pick(random, ['evil.example', '', 'localhost'])}`)
  if (!chance(0.03))
    lines.push(
      `${pick(random, ['Authorization', 'authorization'])}: ${chance(0.98) ? pick(random, ['Bearer', 'bearer']) : 'Basic'} ${secret}`,
    )
  let isWaiting = false
  if (!isPut && chance(0.6)) {
    const rev = Math.floor(random() * 3)
    lines.push(`If-None-Match: ${pick(random, ['"NOW"', '"NOW"', `"EPOCHEPOCHEP.${rev}"`, 'W/"NOW"', '"NOW-gzip"', '"x"', '*', 'x', ''])}`)
    isWaiting = chance(0.2)
    if (isWaiting) lines.push(`Prefer: ${pick(random, ['wait=55', 'wait=2', 'respond-async, wait=3', 'wait="4"'])}`)
    else if (chance(0.1)) lines.push(`Prefer: ${pick(random, ['wait=0', 'wait', 'wait=-1', 'x=1', '"', ''])}`)
  }
  const body = isPut ? (chance(0.8) ? `{"unread":${Math.floor(random() * 5)}}` : pick(random, BODIES)) : ''
  if (isPut) {
    lines.push(
      `Content-Type: ${chance(0.95) ? 'application/json' : pick(random, ['application/json; charset=utf-8', 'text/json', 'Application/JSON'])}`,
    )
    const length = Buffer.byteLength(body) + (chance(0.03) ? Math.floor(random() * 5) - 2 : 0)
    lines.push(`Content-Length: ${length}`)
  }
  for (let i = 0; chance(0.15) && i < 4; i++) lines.splice(1 + Math.floor(random() * lines.length), 0, pick(random, EXTRA))
  if (chance(0.03)) lines.push(lines[Math.floor(random() * lines.length)] ?? '')
  return { isPut, text: `${lines.join('\r\n')}\r\n\r\n${body}`, isWaiting: isWaiting || lines.some((line) => /^prefer:.*wait/i.test(line)) }
}

/** Flips, drops, doubles or inserts a byte, or swaps a line's end. */
function mutate(bytes: Buffer, random: Random): Buffer {
  const at = Math.floor(random() * bytes.length)
  const before = bytes.subarray(0, at)
  const after = bytes.subarray(at + 1)
  const byte = bytes.subarray(at, at + 1)
  switch (Math.floor(random() * 6)) {
    case 0:
      return Buffer.concat([before, Buffer.from([(byte[0] ?? 0) ^ (1 << Math.floor(random() * 8))]), after])
    case 1:
      return Buffer.concat([before, after])
    case 2:
      return Buffer.concat([before, byte, byte, after])
    case 3:
      return Buffer.concat([before, Buffer.from([Math.floor(random() * 256)]), byte, after])
    case 4:
      return Buffer.from(
        bytes.toString('latin1').replace('\r\n', pick(random, ['\n', '\r', '\r\r\n', '\r\n\r\n', '\r\n ', '\0'])),
        'latin1',
      )
    default:
      return bytes.subarray(0, at)
  }
}

export function scriptFrom(random: Random): Script {
  const requests = 1 + Math.floor(random() * 4)
  let mayPark = false
  let isMixed = false
  let mayUpgrade = false
  let pending: Buffer[] = []
  const chunks: Buffer[] = []
  for (let i = 0; i < requests; i++) {
    const { text, isPut, isWaiting } = requestOf(random)
    mayPark ||= isWaiting
    mayUpgrade ||= /^upgrade:/im.test(text)
    const whole = Buffer.from(text, random() < 0.98 ? 'utf8' : 'latin1')
    const bytes = random() < 0.1 ? mutate(whole, random) : whole
    isMixed ||= pending.length > 0
    if (random() < 0.05) {
      const at = Math.floor(random() * bytes.length)
      chunks.push(Buffer.concat([...pending, bytes.subarray(0, at)]))
      pending = [bytes.subarray(at)]
    } else pending.push(bytes)
    // Else the next request is in the same chunk. Behind a PUT, node:http would begin it before the PUT is done.
    if (isPut || random() < 0.8) {
      chunks.push(Buffer.concat(pending))
      pending = []
    }
  }
  if (pending.length > 0) chunks.push(Buffer.concat(pending))
  return { chunks: chunks.filter(({ length }) => length > 0), requests, mayPark, isMixed, mayUpgrade }
}
