/** What may be found for an address, and what a mail server may show. */
import type { FindOutcome } from '../../common/protocol/bridge.ts'
import type { Candidate, CertificateView, KnownAccount, ProviderInfo, SignInPrompt } from '../../common/protocol/discovery.ts'
import { candidate as plainCandidate } from '../helpers/candidate.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'

const candidate = (change: Partial<Candidate> = {}): Candidate =>
  plainCandidate({ user: 'lee@example.org', origins: ['autoconfig', 'srv'], ...change })

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
  'a provider without mail apps': discovery({
    ...naver,
    steps: [],
    refusal: { en: 'It allows no mail apps.', ko: '메일 앱을 허용하지 않습니다.' },
  }),
  'no server': discovery(null),
} as const satisfies Record<string, FindOutcome>

const known = (address: string, change: Partial<Candidate>): KnownAccount => ({
  discovery: { address, candidates: [candidate({ user: address, ...change })], provider: null },
  byBrowser: false,
  isPlain: false,
  folders: [],
})

/** What the desktop and Thunderbird may have. */
export const KNOWN: KnownAccount[] = [
  known('lee@gmail.com', { host: 'imap.gmail.com', signIn: ['desktop'], origins: ['gnome'] }),
  known('alice@example.org', { origins: ['thunderbird'] }),
  known('a.rather.long.address@mail.subdomain.example.org', { host: 'imap.mail.subdomain.example.org', origins: ['thunderbird'] }),
]

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
  detail: 'The certificate of imap.example.org:993 is not trusted.',
  certificate: CERTIFICATE,
}

const signInUrl = (host: string, redirect: string): string => `https://${host}/auth?redirect_uri=${encodeURIComponent(redirect)}`

/** How a page may have the user sign in, by name. */
export const PROMPTS = {
  'a browser on this machine': { kind: 'sign-in', url: signInUrl('login.example.org', 'http://localhost:43127/') },
  'a code': { kind: 'enter-code', url: 'https://www.microsoft.com/link', code: 'HDKQTX7ZV' },
  'a code or an address': {
    kind: 'enter-code',
    url: 'https://www.microsoft.com/link',
    code: 'HDKQTX7ZV',
    signInUrl: signInUrl('login.microsoftonline.com', 'http://localhost:43127/'),
  },
  'an address to paste': { kind: 'paste-address', url: signInUrl('accounts.example.org', 'http://127.0.0.1:43127/') },
} as const satisfies Record<string, SignInPrompt>

/** What follows a code or an address when the code ends. */
export const CODE_HAS_ENDED = {
  kind: 'paste-address',
  url: PROMPTS['a code or an address'].signInUrl,
  codeHasEnded: true,
} as const satisfies SignInPrompt
