import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createServer, rootCertificates } from 'node:tls'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { makeCertificate } from '../helpers/certificate.ts'
import { temporaryFolder } from '../helpers/tmp.ts'

const MODULE = new URL('../../common/system-certificates.ts', import.meta.url).href

/** Runs in its own process, because trusted certificates apply to the whole process. */
const connecting = (port: number, trusts: boolean, extraFile: string | undefined): string => `
  import { readFileSync } from 'node:fs'
  import tls from 'node:tls'
  import { trustCertificates } from '${MODULE}'
  const log = { warn: (fields, message) => console.log(message, JSON.stringify(fields)) }
  const readText = (path) => readFileSync(path, 'utf8')
  if (${trusts}) trustCertificates({ tls, extraFile: ${JSON.stringify(extraFile)}, readText, log })
  const socket = tls.connect({ host: 'localhost', port: ${port} })
  socket.on('secureConnect', () => { console.log('connected'); socket.destroy() })
  socket.on('error', ({ code }) => console.log(code))
`

/** A server with a certificate of a company's authority, and what a process says that connects to it. */
async function company() {
  const folder = await temporaryFolder()
  onTestFinished(() => folder.remove())
  await makeCertificate(folder.path)
  const [key, cert, authority = ''] = await Promise.all(
    ['key.pem', 'cert.pem', 'ca.pem'].map((name) => readFile(join(folder.path, name), 'utf8')),
  )
  const server = createServer({ key, cert }).on('tlsClientError', () => undefined)
  server.listen(0, 'localhost')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  async function connect({ trusts = true, extraFile, env = {} }: { trusts?: boolean; extraFile?: string; env?: object }): Promise<string> {
    const args = ['--input-type=module', '--eval', connecting(port, trusts, extraFile)]
    // Node reads the variable itself, which a packaged Electron does not.
    const ran = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env['PATH'], ...env } })
    return ran.stdout.trim()
  }
  return { folder: folder.path, authority, connect }
}

test.skipIf(process.platform !== 'linux')(
  'a company that has its authority in the system is trusted, and only by asking the system',
  async () => {
    const { folder, connect } = await company()
    const env = { SSL_CERT_FILE: join(folder, 'ca.pem') }
    expect(await connect({ env, trusts: false })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    expect(await connect({ env })).toBe('connected')
  },
)

test.each([
  ['alone', (authority: string) => authority],
  [
    'after another one, with text between and the line ends of Windows',
    (authority: string) => `# A\n${rootCertificates[0]}\n# B\n${authority}`.replaceAll('\n', '\r\n'),
  ],
  ['under the older name of its format', (authority: string) => authority.replaceAll(' CERTIFICATE', ' X509 CERTIFICATE')],
])('the authority in the file of NODE_EXTRA_CA_CERTS is trusted: %s', async (_how, textOf) => {
  const { folder, authority, connect } = await company()
  const extraFile = join(folder, 'extra.pem')
  await writeFile(extraFile, textOf(authority))
  expect(await connect({})).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  expect(await connect({ extraFile })).toBe('connected')
})

test.each([
  ['is missing', null, 'ENOENT'],
  ['is empty', '', 'The file contains no certificate in PEM format.'],
  ['is in another format', '\u0030\u0082\u0003', 'The file contains no certificate in PEM format.'],
  ['is damaged', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'PEM routines'],
])('a file of NODE_EXTRA_CA_CERTS that %s is one line in the log, and nothing else changes', async (_how, text, reason) => {
  const { folder, connect } = await company()
  const extraFile = join(folder, 'extra.pem')
  if (text !== null) await writeFile(extraFile, text)
  const [line, result] = (await connect({ extraFile, env: { SSL_CERT_FILE: join(folder, 'ca.pem') } })).split('\n')
  expect(line).toMatch(/^the certificates of NODE_EXTRA_CA_CERTS cannot be read, and are not trusted \{"reason":".*"\}$/)
  expect(line).toContain(reason)
  if (process.platform === 'linux') expect(result).toBe('connected')
})
