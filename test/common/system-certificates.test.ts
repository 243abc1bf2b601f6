import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { makeCertificate } from '../helpers/certificate.ts'
import { temporaryFolder } from '../helpers/tmp.ts'

const MODULE = new URL('../../common/system-certificates.ts', import.meta.url).href

/** Runs in its own process, because trusted certificates apply to the whole process. */
const connecting = (port: number, trusts: boolean): string => `
  import tls from 'node:tls'
  import { trustSystemCertificates } from '${MODULE}'
  if (${trusts}) trustSystemCertificates(tls, { warn: (fields) => console.log(JSON.stringify(fields)) })
  const socket = tls.connect({ host: 'localhost', port: ${port} })
  socket.on('secureConnect', () => { console.log('connected'); socket.destroy() })
  socket.on('error', ({ code }) => console.log(code))
`

test.skipIf(process.platform !== 'linux')(
  'a company that has its authority in the system is trusted, and only by asking the system',
  async () => {
    const folder = await temporaryFolder()
    onTestFinished(() => folder.remove())
    await makeCertificate(folder.path)
    const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((name) => readFile(join(folder.path, name), 'utf8')))
    const server = createServer({ key, cert }).on('tlsClientError', () => undefined)
    server.listen(0, 'localhost')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const env = { PATH: process.env['PATH'], SSL_CERT_FILE: join(folder.path, 'ca.pem') }
    const result = async (trusts: boolean): Promise<string> => {
      const ran = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', connecting(port, trusts)], { env })
      return ran.stdout.trim()
    }
    expect(await result(false)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    expect(await result(true)).toBe('connected')
  },
)
