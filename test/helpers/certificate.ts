/** Makes a certificate for `localhost` and `mail.mailbell.test` and its authority with openssl. */
import { execFile } from 'node:child_process'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Writes `cert.pem` and `key.pem` to the folder; resolves to the authority's certificate as PEM. */
export async function makeCertificate(folder: string): Promise<string> {
  const openssl = (...args: string[]): Promise<unknown> => run('openssl', args, { cwd: folder })
  const newKey = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  await openssl(...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test authority')
  const leaf = [
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost,DNS:mail.mailbell.test',
    '-addext',
    'basicConstraints=critical,CA:FALSE',
  ]
  await openssl(...newKey, '-keyout', 'key.pem', '-out', 'cert.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', ...leaf)
  await chmod(join(folder, 'key.pem'), 0o644)
  return readFile(join(folder, 'ca.pem'), 'utf8')
}
