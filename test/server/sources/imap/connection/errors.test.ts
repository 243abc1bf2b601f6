import { expect, it } from 'vitest'
import { toSourceError } from '../../../../../server/sources/imap/connection/errors.ts'

const PLACE = { name: 'mail', host: 'h', port: 993, user: 'u', security: 'tls' } as const

it('passes on what a server says as harmless text on one line', () => {
  const refused = Object.assign(new Error('refused'), { authenticationFailed: true, responseText: 'No\u001b[2J\r\n\u202eway' })
  expect(toSourceError(refused, PLACE).message).toMatch(/It says: No \[2J way$/)
})
