import { expect, it } from 'vitest'
import { toSourceError } from '../../../../../server/sources/imap/connection/errors.ts'

const PLACE = { name: 'mail', host: 'h', port: 993, user: 'u', security: 'tls' } as const

it('passes on the text of a server as one line without control characters', () => {
  const refused = Object.assign(new Error('refused'), { authenticationFailed: true, responseText: 'No\u001b[2J\r\n\u202eway' })
  expect(toSourceError(refused, PLACE).message).toMatch(/It says: No \[2J way$/)
})
