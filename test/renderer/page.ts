/** The built page under the real Content-Security-Policy, fed by a scripted bridge that the test steers. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Page } from 'playwright-core'
import { type FindOutcome, type RequestName, REQUESTS, type Requests } from '../../common/protocol/bridge.ts'
import type { Notice, WindowState } from '../../common/protocol/window-state.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { Candidate, CertificateView, ProviderInfo } from '../../common/protocol/discovery.ts'
import { CONTENT_SECURITY_POLICY } from '../../main/window/security/content-security-policy.ts'
import type { Account, Message } from '../../common/protocol/wire.ts'
import { desktopState } from '../helpers/desktop-state.ts'

const BUILT = new URL('../../dist/renderer/', import.meta.url)
const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
])

export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

export async function servePage(): Promise<PageServer> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    const name = path === '/' ? 'index.html' : path.slice(1)
    readFile(new URL(name, BUILT)).then(
      (body) =>
        response
          .writeHead(200, { 'Content-Type': TYPES.get(extname(name)) ?? '', 'Content-Security-Policy': CONTENT_SECURITY_POLICY })
          .end(body),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What any request may be answered with. */
type Answer = Awaited<ReturnType<Requests[keyof Requests]>>

/** What the page asked for. */
export interface Asked {
  readonly name: keyof Requests
  readonly argument: unknown
}

/** The test's end of the scripted bridge, on the page's `window`. */
interface Script {
  state: WindowState
  outcomes: Partial<Record<keyof Requests, Answer>>
  readonly asked: Asked[]
  tell(state: WindowState): void
}

declare global {
  interface Window {
    script: Script
    violations: string[]
    /** What the browser saw move. */
    shifts: string[]
  }
}

const REQUEST_NAMES = Object.keys(REQUESTS) as RequestName[]

/** Puts the bridge there before the page's own scripts run, as the preload does, and writes down what must not happen. */
export async function openWindow(page: Page, url: string, state: WindowState): Promise<void> {
  await page.addInitScript(
    ([first, names]) => {
      const listeners = new Set<(next: WindowState) => void>()
      const script: Script = {
        state: first,
        outcomes: {},
        asked: [],
        tell(next) {
          script.state = next
          for (const listener of listeners) listener(next)
        },
      }
      const requests = names.map((name) => [
        name,
        async (argument: unknown) => {
          script.asked.push({ name, argument })
          return script.outcomes[name] ?? { ok: true }
        },
      ])
      const bridge = {
        ...Object.fromEntries(requests),
        desktop: first.desktop && Object.fromEntries(requests),
        readState: async () => script.state,
        onState(listener: (next: WindowState) => void) {
          listeners.add(listener)
          return () => void listeners.delete(listener)
        },
      }
      Object.assign(window, { script, mailbell: bridge, violations: [], shifts: [] })
      document.addEventListener('securitypolicyviolation', (event) => {
        window.violations.push(`${event.violatedDirective} ${event.blockedURI}`)
      })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          for (const { node } of (entry as PerformanceEntry & { sources: readonly { node: Node | null }[] }).sources) {
            const element = node instanceof Element ? node : node?.parentElement
            window.shifts.push(element?.closest('[class]')?.className ?? '')
          }
        }
      }).observe({ type: 'layout-shift', buffered: true })
    },
    [state, REQUEST_NAMES] as const,
  )
  await page.goto(url)
  await page.locator('main:not([aria-busy])').waitFor()
}

export const tell = (page: Page, state: WindowState): Promise<void> => page.evaluate((next) => window.script.tell(next), state)
/** What a person has asked for: that something is typed is told by the window itself. */
export const asked = (page: Page): Promise<Asked[]> => page.evaluate(() => window.script.asked.filter(({ name }) => name !== 'setHasDraft'))
export const answerWith = (page: Page, name: keyof Requests, outcome: Answer): Promise<void> =>
  page.evaluate(([which, what]) => void (window.script.outcomes[which] = what), [name, outcome] as const)

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()

const mails = (): Message[] => [
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
  latest: mails(),
  actions: ['read', 'archive', 'delete'],
  ...change,
})

export const windowState = (change: Partial<WindowState> = {}): WindowState => ({
  servers: [{ id: 'local', kind: 'local', label: null, link: { phase: 'live' }, accounts: [account()], demo: false }],
  sharedSettings: { language: 'system', theme: 'system', notifications: true, notificationText: 'mail' },
  language: 'en',
  notices: [],
  version: '0.1.0',
  desktop: desktopState({ managedAccounts: ['kim@example.org'] }),
  ...change,
})

const ALL_NOTICES: readonly Notice[] = [
  { id: 'no-keyring' },
  { id: 'no-tray', gnome: true },
  { id: 'settings-corrupt', backupPath: 'config.corrupt-1.json' },
  { id: 'secrets-unreadable', accounts: ['kim@example.org', 'work@example.com'] },
  { id: 'server-down', detail: 'It ended with code 1.' },
]

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
      windowState({ servers: [{ ...local, accounts: several }], desktop: desktopState({ managedAccounts: several.map(({ id }) => id) }) }),
    ],
    [
      'nothing unread',
      windowState({ servers: [{ ...local, accounts: [account({ unread: 0, folders: [{ path: 'INBOX', unread: 0 }], latest: [] })] }] }),
    ],
    ['not connected', windowState({ servers: [{ ...local, link: retrying }] })],
    ['connecting', windowState({ servers: [{ ...local, link: { phase: 'connecting' }, accounts: null }] })],
    ['no account', windowState({ servers: [{ ...local, accounts: [] }], desktop: desktopState() })],
    [
      'demo',
      windowState({ servers: [{ ...local, accounts: [account({ id: 'demo', folders: [] })], demo: true }], desktop: desktopState() }),
    ],
    ['notices', windowState({ notices: ALL_NOTICES })],
    [
      'told by the mail server',
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
            demo: false,
          },
          { id: 'r2', kind: 'remote', label: 'old.example.org', link: { phase: 'signed-out', message: 'no' }, accounts: null, demo: false },
        ],
      }),
    ],
    [
      'signed out page',
      windowState({
        desktop: null,
        servers: [{ ...local, link: { phase: 'signed-out', message: 'The token is not known.' }, accounts: null }],
      }),
    ],
  ])
}

const candidate = (change: Partial<Candidate> = {}): Candidate => ({
  protocol: 'imap',
  host: 'imap.example.org',
  port: 993,
  security: 'tls',
  user: 'lee@example.org',
  signIn: ['password'],
  origins: ['autoconfig', 'srv'],
  mustConfirm: false,
  ...change,
})

const naver: ProviderInfo = {
  id: 'naver',
  name: { en: 'Naver Mail', ko: '네이버 메일' },
  webUrl: 'https://mail.naver.com/',
  steps: [
    { text: { en: 'Switch IMAP on in the settings.', ko: '환경설정에서 IMAP을 켜세요.' }, url: 'https://mail.naver.com/' },
    { text: { en: 'Make an application password.', ko: '애플리케이션 비밀번호를 만드세요.' } },
  ],
}

const discovery = (provider: ProviderInfo | null, ...candidates: readonly Candidate[]): FindOutcome => ({
  ok: true,
  discovery: { address: 'lee@example.org', candidates, provider },
})

/** What may be found for an address, by name. */
export const FOUND = {
  'one server': discovery(null, candidate()),
  'a provider with steps': discovery(naver, candidate({ host: 'imap.naver.com', signIn: ['app-password'], origins: ['table'] })),
  'several servers': discovery(null, candidate(), candidate({ host: 'mail.example.org', port: 143, security: 'starttls', user: 'lee' })),
  'a server of another domain': discovery(null, candidate({ host: 'imap.other.example', origins: ['srv'], mustConfirm: true })),
  'a sign-in in the browser': discovery({ ...naver, name: { en: 'Outlook.com', ko: 'Outlook.com' } }, candidate({ signIn: ['microsoft'] })),
  'an app password or the browser': discovery(
    { ...naver, name: { en: 'Gmail', ko: 'Gmail' }, clientUrl: 'https://console.example/' },
    candidate({ signIn: ['app-password', 'google'] }),
  ),
  'a provider that lets nobody in': discovery({
    ...naver,
    steps: [],
    refusal: { en: 'It lets nobody in.', ko: '아무도 들이지 않습니다.' },
  }),
  nothing: discovery(null),
} as const satisfies Record<string, FindOutcome>

export const CERTIFICATE: CertificateView = {
  fingerprint: Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(':'),
  subject: 'CN=localhost',
  issuer: 'CN=Test authority, O=A rather long name of an organisation that signs certificates',
  validFrom: '2026-01-01T00:00:00.000Z',
  validTo: '2036-01-01T00:00:00.000Z',
  problem: 'unknown-authority',
  canPin: true,
}

export const UNTRUSTED: Outcome = {
  ok: false,
  code: 'tls',
  step: 'certificate',
  detail: 'The certificate of imap.example.org:993 is vouched for by nobody.',
  certificate: CERTIFICATE,
}
