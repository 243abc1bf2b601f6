/** Plays the same connections on a server with the fast path and on one with node:http alone, and compares all bytes. */
import { connect } from 'node:net'
import { setImmediate as deferred } from 'node:timers/promises'
import { type TestServer, send, startServer } from '../helpers/server.ts'
import { randomFrom } from '../helpers/random.ts'
import { type Script, scriptFrom } from './grammar.ts'

export interface Comparison {
  readonly requests: number
  /** How many requests the fast path answered. */
  readonly fast: number
  /** Each connection on which the two differ, as text. */
  readonly differences: readonly string[]
}

/** @param requests at least this many are sent */
export async function compareWays(seed: number, requests: number, onProgress?: (done: number) => void): Promise<Comparison> {
  const random = randomFrom(seed)
  let [fast, plain] = await startBoth()
  let fastRequests = 0
  const differences: string[] = []
  let done = 0
  while (done < requests && differences.length < 5) {
    const script = scriptFrom(random)
    const [answered, expected] = await Promise.all([play(fast, script), play(plain, script)])
    done += script.requests
    onProgress?.(done)
    const isEqual = answered === expected
    if (isEqual ? fast.board.rev !== plain.board.rev : !isSame(answered, expected, script))
      differences.push(
        `${script.chunks.map((chunk) => JSON.stringify(chunk.toString('latin1'))).join('\n+ ')}\nfast: ${answered}\nhttp: ${expected}`,
      )
    if (isEqual) continue
    // Their boards may differ from now on.
    fastRequests += await stopBoth(fast, plain)
    ;[fast, plain] = await startBoth()
  }
  return { requests: done, fast: fastRequests + (await stopBoth(fast, plain)), differences }
}

/** With their routes loaded, which happens at the first request that needs them. */
async function startBoth(): Promise<[TestServer, TestServer]> {
  const both = await Promise.all([startServer({ http: { fastPath: true } }), startServer({ http: { fastPath: false } })])
  await Promise.all(both.map(({ port }) => send(port, 'GET', '/healthz')))
  return both
}

/** Returns how many requests took the fast path. */
async function stopBoth(fast: TestServer, plain: TestServer): Promise<number> {
  const { text } = await send(fast.port, 'GET', '/metrics')
  await Promise.all([fast.close(), plain.close()])
  return Number(/^mailbell_requests_total\{path="fast"\} (\d+)$/m.exec(text)?.[1] ?? 0)
}

/** All that the server writes until it ends the connection, without what differs between two servers. */
async function play({ port, board }: TestServer, { chunks }: Script): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => (received += text))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  socket.on('end', () => socket.end())
  for (const chunk of chunks) {
    if (socket.writableEnded || socket.destroyed) break
    socket.write(filled(chunk, port, board))
    // Each chunk arrives by itself, and its answer leaves before the next one.
    for (let turn = 0; turn < 4; turn++) await deferred()
  }
  socket.end()
  await closed
  return received
    .replaceAll(board.epoch, 'EPOCHEPOCHEP')
    .replaceAll(/\r\nDate: [^\r]*/g, '')
    .replaceAll(/"checkedAt":"[^"]*"/g, '"checkedAt":""')
    .replaceAll(/Retry-After: \d+/g, 'Retry-After: 5')
}

/** The names of the grammar have the length of what replaces them, or are in no body. */
function filled(chunk: Buffer, port: number, { epoch, tag }: TestServer['board']): Buffer {
  const text = chunk
    .toString('latin1')
    .replaceAll('"NOW', `"${tag('*')}`)
    .replaceAll('EPOCHEPOCHEP', epoch)
    .replaceAll('HOST', `127.0.0.1:${port}`)
  return Buffer.from(text, 'latin1')
}

/** The answer of a poll that may have been parked, or that was behind one. */
const isHeld = (answer: string): boolean => /^HTTP\/1\.1 (?:200|304) [^]*\r\nPreference-Applied: /.test(answer) || isBehindPoll(answer)
/** What node:http's parser is answered with: a problem without a detail, and to HEAD without a body. */
const isNoRequest = (answer: string): boolean =>
  /^HTTP\/1\.1 4\d\d [^]*(?:"code":"(?:bad-request|headers-too-large|too-large|timeout)"\}|\r\n\r\n)$/.test(answer)

/**
 * Three things may differ, the first two since they differ in node:http as well, by how the bytes are split:
 * - a connection that sends what is no request ends, with the answers to what came before it in the same chunk or without;
 * - while a poll is parked, the first bytes of another request end its hold on the fast path, and its whole head in node:http,
 *   which closes on what is no request;
 * - behind a request that offers another protocol, node:http would drop bytes, so that it ends the connection there.
 */
function isSame(fast: string, plain: string, { mayPark, isMixed, mayUpgrade }: Script): boolean {
  const [a, b] = [answersOf(fast), answersOf(plain)]
  if (isSameList(a, b) || ((isMixed || mayUpgrade) && [fast, plain].some(endsConnection) && isSamePart(a, b))) return true
  if (!mayPark) return false
  const [rest, expected] = [withoutHeld(a), withoutHeld(b)]
  return isSameList(rest, expected) || b.length === 0 || ((mayUpgrade || [fast, plain].some(isBehindPoll)) && isSamePart(rest, expected))
}

/** Without the parser's, if it is not the only one. Each may be the last of its connection. */
function answersOf(text: string): readonly string[] {
  const answers = text.split(/(?=HTTP\/1\.1 \d{3} )/)
  if (answers.length > 1 && isNoRequest(answers.at(-1) ?? '')) answers.pop()
  return answers.map((answer) => answer.replaceAll(/\r\n(?:Connection|Keep-Alive): [^\r]*/g, ''))
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean => a.join('') === b.join('')
/** One of them has all that the other has, and more. */
const isSamePart = (a: readonly string[], b: readonly string[]): boolean => isSameList(a.slice(0, b.length), b.slice(0, a.length))
const withoutHeld = (answers: readonly string[]): readonly string[] => answers.filter((answer) => answer !== '' && !isHeld(answer))
const isBehindPoll = (answer: string): boolean => answer.includes('A connection parks one poll at a time')
const endsConnection = (text: string): boolean => /HTTP\/1\.1 \d{3} (?!.*HTTP\/1\.1 ).*\r\nConnection: close\r\n/s.test(text)
