/** A name server on loopback that serves the given MX and SRV records (RFC 1035, RFC 2782). */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

interface MxRecord {
  readonly priority: number
  readonly exchange: string
}
interface SrvRecord {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: string
}
type Records = Readonly<Record<string, readonly (MxRecord | SrvRecord)[]>>

export interface NameServer {
  /** `127.0.0.1:PORT`, for `Resolver.setServers`. */
  readonly address: string
  close(): void
}

const MX = 15
const SRV = 33
const NXDOMAIN = 3

export async function startNameServer(records: Records): Promise<NameServer> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => socket.send(answerTo(query, records), port, address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { address: `127.0.0.1:${socket.address().port}`, close: () => void socket.close() }
}

function answerTo(query: Buffer, records: Records): Buffer {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const type = query.readUInt16BE(at + 1)
  const question = query.subarray(12, at + 5)
  const found = (records[labels.join('.').toLowerCase()] ?? []).map((record) => resource(record)).filter((one) => one.type === type)
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8180 | (found.length === 0 ? NXDOMAIN : 0), 2)
  for (const [offset, count] of [1, found.length, 0, 0].entries()) header.writeUInt16BE(count, 4 + 2 * offset)
  return Buffer.concat([header, question, ...found.map(({ data }) => data)])
}

function resource(record: MxRecord | SrvRecord): { readonly type: number; readonly data: Buffer } {
  const isMx = 'exchange' in record
  const data = isMx
    ? Buffer.concat([uint16(record.priority), nameOf(record.exchange)])
    : Buffer.concat([uint16(record.priority), uint16(record.weight), uint16(record.port), nameOf(record.target)])
  const type = isMx ? MX : SRV
  // A pointer to the question's name, class IN, a TTL of one minute.
  return { type, data: Buffer.concat([uint16(0xc00c), uint16(type), uint16(1), uint16(0), uint16(60), uint16(data.length), data]) }
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

const nameOf = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .filter(Boolean)
      .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ])
