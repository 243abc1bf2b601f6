/** Sources that report at once; that of alice also changes messages, and succeeds or fails as the message's id says. */
import { Secret } from '../../../server/auth/secret.ts'
import { type Source, SourceError } from '../../../server/sources/source.ts'

/** What the source does with a message of this id. */
const OUTCOMES: Readonly<Record<string, () => 'done' | 'gone'>> = {
  done: () => 'done',
  gone: () => 'gone',
  auth: () => {
    throw new SourceError('auth', 'The server refused the sign-in.')
  },
  network: () => {
    throw new SourceError('network', 'The server cannot be reached.')
  },
  rate: () => {
    throw new SourceError('rate', 'The server asks for fewer requests.')
  },
}

export const createActingSource = ({ name }: { readonly name: string }): Source => ({
  name,
  accounts: [name],
  firstReportMs: 60_000,
  silenceMs: 60_000,
  async run({ report, signal }) {
    const latest = [{ id: 'done', from: 'Kim <kim@example.org>', subject: '회의', date: '2026-01-01T09:00:00.000Z', messageId: 'a@b' }]
    const folders = [{ path: 'INBOX', role: 'inbox' as const, unread: 1, total: 3 }]
    report({ accounts: [{ id: name, unread: 1, total: 3, folders, latest, actions: name === 'alice' ? ['read', 'delete'] : [] }] })
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  },
  ...(name === 'alice' && {
    act: async (request) => (OUTCOMES['message' in request ? request.message : 'done'] ?? (() => 'gone' as const))(),
  }),
})

/** The config of a source of this name that a test makes itself. */
export const actingSource = (name: string) => ({
  type: 'sql' as const,
  name,
  url: new Secret({ value: 'sqlite::memory:' }),
  query: '',
  intervalMs: 1000,
  changedSince: undefined,
  listen: undefined,
  timeoutMs: 1000,
})
