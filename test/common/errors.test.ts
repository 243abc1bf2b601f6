import { expect, test } from 'vitest'
import { requestErrorOfTry } from '../../common/errors.ts'

const message = 'NO'
const certificate = {
  fingerprint: 'AB',
  subject: 'imap.example.org',
  issuer: 'Example CA',
  validFrom: '',
  validTo: '',
  problem: 'unknown-authority',
  canPin: true,
} as const

test.each<[Parameters<typeof requestErrorOfTry>[0], object]>([
  [
    { code: 'auth', message, step: 'sign-in' },
    { code: 'auth', detail: 'NO', step: 'sign-in' },
  ],
  [
    { code: 'sign-in-denied', message },
    { code: 'sign-in-denied', detail: 'NO' },
  ],
  [
    { code: 'config', message, step: 'certificate', certificate },
    { code: 'tls', detail: 'NO', step: 'certificate', certificate },
  ],
  [{ code: 'cancelled', message, step: 'sign-in' }, { code: 'cancelled' }],
  [{ code: 'restarting', message }, { code: 'restarting' }],
  [
    { code: 'exists', message },
    { code: 'exists', field: 'account' },
  ],
])('a failed try ends its request with the code, the detail and the step: %j', (tried, expected) => {
  expect(requestErrorOfTry(tried)).toEqual({ ok: false, ...expected })
})
