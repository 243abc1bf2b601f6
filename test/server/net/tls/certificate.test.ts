import type { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { certificateProblemOf } from '../../../../server/net/tls/certificate.ts'

const NOW_MS = Date.UTC(2026, 5, 1)
const PIN = 'ab'.repeat(32)

function doubt({
  problem = null as string | null,
  pin = undefined as string | undefined,
  ...change
}): ReturnType<typeof certificateProblemOf> {
  const certificate = {
    fingerprint256: PIN.toUpperCase().match(/../g)?.join(':') ?? '',
    subject: 'O=Example\nCN=mail.example.org',
    issuer: 'CN=Nobody',
    validFrom: 'Jan  1 00:00:00 2026 GMT',
    validTo: 'Jan  1 00:00:00 2027 GMT',
    ...change,
  } as X509Certificate
  return certificateProblemOf({ certificate, problem }, pin, NOW_MS)
}

describe('a certificate', () => {
  it('is accepted by the authorities without a pin', () => {
    expect(doubt({})).toBeNull()
    expect(doubt({ problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' })).toMatchObject({ problem: 'unknown-authority', canPin: true })
    expect(doubt({ problem: 'ERR_TLS_CERT_ALTNAME_INVALID' })).toMatchObject({ problem: 'wrong-name', canPin: true })
    expect(doubt({ problem: 'CERT_REVOKED' })).toMatchObject({ problem: 'revoked', canPin: false })
    expect(doubt({ problem: 'EE_KEY_TOO_SMALL' })).toMatchObject({ problem: 'other', canPin: false })
  })

  it('is accepted only by its fingerprint with a pin', () => {
    expect(doubt({ pin: PIN, problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' })).toBeNull()
    expect(doubt({ pin: '00'.repeat(32) })).toMatchObject({ problem: 'changed', canPin: true })
  })

  it.each([undefined, PIN])('is never accepted outside its validity, whatever else is wrong (pin %s)', (pin) => {
    const problem = 'DEPTH_ZERO_SELF_SIGNED_CERT'
    expect(doubt({ pin, problem, validTo: 'May  1 00:00:00 2026 GMT' })).toMatchObject({ problem: 'expired', canPin: false })
    expect(doubt({ pin, problem, validFrom: 'Jul  1 00:00:00 2026 GMT' })).toMatchObject({ problem: 'not-yet-valid', canPin: false })
    expect(doubt({ pin, problem, validTo: 'whenever' })).toMatchObject({ problem: 'expired', canPin: false })
  })

  it('is shown on one line each, bounded, without bidirectional controls', () => {
    const shown = doubt({ problem: 'CERT_HAS_EXPIRED', subject: `CN=\u202emoc.elgoog\nO=${'x'.repeat(5000)}`, issuer: undefined })
    expect(shown?.subject).toMatch(/^O=x+$/)
    expect(shown?.subject.length).toBeLessThanOrEqual(200)
    expect(shown?.issuer).toBe('')
    expect(doubt({ problem: 'x', subject: 'O=Example\nCN=\u202email' })?.subject).toBe('CN= mail, O=Example')
  })
})
