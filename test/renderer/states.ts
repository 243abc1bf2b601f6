/** Every state that the window can be in. */
import { DEFAULT_SHARED_SETTINGS } from '../../common/protocol/shared-values.ts'
import type { SignInPrompt } from '../../common/protocol/discovery.ts'
import type { Notice, WindowState } from '../../common/protocol/window-state.ts'
import type { Account, History, Message } from '../../common/protocol/wire.ts'
import { desktopParts } from '../helpers/desktop/desktop-state.ts'

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()

const messages = (): Message[] => [
  {
    id: '3',
    folder: 'INBOX',
    from: 'Kim Minji <minji@example.org>',
    subject: '회의 자료 공유드립니다',
    date: minutesAgo(2),
    url: 'https://mail.example.org/3',
  },
  { id: '2', folder: 'INBOX', from: '"Ada, at work" <ada@example.org>', subject: 'Lunch on Thursday?', date: minutesAgo(47) },
  { id: '1', folder: '회의', from: 'build@ci.example.org', subject: 'main is green again', date: minutesAgo(60 * 26) },
]

export const account = (change: Partial<Account> = {}): Account => ({
  id: 'kim@example.org',
  unread: 9,
  status: 'ok',
  checkedAt: minutesAgo(1),
  folders: [
    { path: 'INBOX', role: 'inbox', unread: 7, total: 120 },
    { path: '회의', unread: 2, total: 31 },
  ],
  latest: messages(),
  actions: ['read', 'archive', 'delete'],
  ...change,
})

export const windowState = (change: Partial<WindowState> = {}): WindowState => ({
  servers: [{ id: 'local', kind: 'local', label: null, link: { phase: 'live' }, accounts: [account()], demo: [] }],
  sharedSettings: DEFAULT_SHARED_SETTINGS,
  language: 'en',
  notices: [],
  check: { isRunning: false, endedAtMs: null },
  version: '0.1.0',
  ...desktopParts({ managedAccounts: ['kim@example.org'] }),
  ...change,
})

/** Of a page, which may manage accounts, and has the user sign in. */
export const pageState = (signIn: SignInPrompt | null = null): WindowState =>
  windowState({
    desktop: null,
    manage: { accounts: ['kim@example.org'], file: '/etc/mailbell.yml', tryStep: null, signIn, problem: null },
  })

export function withAccounts(...accounts: readonly Account[]): WindowState {
  const [local] = windowState().servers
  return windowState({ servers: local ? [{ ...local, accounts }] : [] })
}

const ALL_NOTICES: readonly Notice[] = [
  { id: 'no-keyring' },
  { id: 'no-tray', gnome: true },
  { id: 'settings-corrupt', backupPath: 'config.corrupt-1.json' },
  { id: 'secrets-unreadable', accounts: ['kim@example.org', 'work@example.com'] },
  { id: 'server-down', detail: 'It ended with code 1.' },
]

/** Emails that arrive and are read in bursts; the server was off for a while. */
export function sampleHistory(): History {
  const numbersOf = (length: number, perDay: number): (number | null)[] =>
    Array.from({ length }, (_, i) => {
      const day = i / perDay
      const isOff = day % 1 > 0.2 && day % 1 < 0.28
      return isOff ? null : Math.round(8 + 4 * Math.sin(day * 14) + 2 * Math.cos(day * 47))
    })
  const startsAt = new Date().toISOString()
  return {
    day: { startsAt, stepSeconds: 60, unread: numbersOf(1_440, 1_440) },
    month: { startsAt, stepSeconds: 3_600, unread: numbersOf(720, 24) },
    arrival: { medianSeconds: 1.2, messages: 12 },
  }
}

/** Every state that the window can be in, by name. */
export function allStates(): ReadonlyMap<string, WindowState> {
  const [local] = windowState().servers
  if (!local) throw new Error('A state without a server.')
  const several = [
    account(),
    account({ id: 'work@example.com', unread: 3, status: 'stale', checkedAt: minutesAgo(30), latest: [] }),
    account({ id: 'new@example.net', unread: null, status: 'pending', checkedAt: null, folders: [], latest: [] }),
    account({
      id: 'a-rather-long-name-of-an-account@subdomain.of.a.long.example.org',
      unread: 12_345,
      status: 'error',
      error: { code: 'auth', message: 'The server refused the login: [AUTHENTICATIONFAILED] Invalid credentials.' },
      latest: [],
    }),
  ]
  const retrying = {
    phase: 'retrying',
    atMs: Date.now() + 45_000,
    problem: { code: 'unreachable', detail: 'connect ECONNREFUSED 127.0.0.1:6245' },
  } as const
  return new Map<string, WindowState>([
    ['plain', windowState()],
    [
      'several',
      windowState({ servers: [{ ...local, accounts: several }], ...desktopParts({ managedAccounts: several.map(({ id }) => id) }) }),
    ],
    [
      'several, muted, partly outdated',
      windowState({
        servers: [{ ...local, accounts: [...several, account({ id: 'news@example.com', unread: 123_456, latest: [] })] }],
        readerSettings: { ...windowState().readerSettings, muted: [{ scope: null, untilMs: null }] },
      }),
    ],
    [
      'nothing unread',
      windowState({ servers: [{ ...local, accounts: [account({ unread: 0, folders: [{ path: 'INBOX', unread: 0 }], latest: [] })] }] }),
    ],
    ['not connected', windowState({ servers: [{ ...local, link: retrying }] })],
    ['connecting', windowState({ servers: [{ ...local, link: { phase: 'connecting' }, accounts: null }] })],
    ['no account', windowState({ servers: [{ ...local, accounts: [] }], ...desktopParts() })],
    ['demo', windowState({ servers: [{ ...local, accounts: [account({ id: 'demo', folders: [] })], demo: ['demo'] }], ...desktopParts() })],
    [
      'demo beside an account',
      windowState({ servers: [{ ...local, accounts: [account({ latest: [] }), account({ id: 'demo', folders: [] })], demo: ['demo'] }] }),
    ],
    ['notices', windowState({ notices: ALL_NOTICES })],
    [
      'notices of the mail server',
      windowState({
        servers: [{ ...local, accounts: [account({ notices: ['Your mailbox is 95 % full.', '메일함이 곧 가득 찹니다.'] })] }],
      }),
    ],
    [
      'two servers',
      windowState({
        servers: [
          local,
          {
            id: 'r1',
            kind: 'remote',
            label: 'mailbell.example.org',
            link: { ...retrying, atMs: Date.now() + 600_000 },
            accounts: [account({ id: 'team@example.org', unread: 4 })],
            demo: [],
          },
          {
            id: 'r2',
            kind: 'remote',
            label: 'old.example.org',
            link: { phase: 'signed-out', problem: { code: 'unauthorized', detail: 'no' } },
            accounts: null,
            demo: [],
          },
        ],
      }),
    ],
    [
      'signed out page',
      windowState({
        manage: null,
        desktop: null,
        servers: [
          { ...local, link: { phase: 'signed-out', problem: { code: 'unauthorized', detail: 'The token is not known.' } }, accounts: null },
        ],
      }),
    ],
  ])
}
