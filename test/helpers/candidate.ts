import type { Candidate } from '../../common/protocol/discovery.ts'

/** A mail server that was found for an address. */
export const candidate = (change: Partial<Candidate> = {}): Candidate => ({
  protocol: 'imap',
  host: 'imap.example.org',
  port: 993,
  security: 'tls',
  user: 'kim@example.org',
  signIn: ['password'],
  origins: ['srv'],
  mustConfirm: false,
  ...change,
})
