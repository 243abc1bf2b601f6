/** Mail providers that people have: where their IMAP is, and what they ask for first. As of their help pages in 2026. */

export interface Provider {
  readonly name: string
  readonly host: string
  readonly hint?: 'app-password' | 'switch-on' | 'no-password'
}

const google: Provider = { name: 'Gmail', host: 'imap.gmail.com', hint: 'app-password' }
const apple: Provider = { name: 'iCloud', host: 'imap.mail.me.com', hint: 'app-password' }
const microsoft: Provider = { name: 'Outlook', host: 'outlook.office365.com', hint: 'no-password' }
const daum: Provider = { name: 'Daum', host: 'imap.daum.net', hint: 'app-password' }
const fastmail: Provider = { name: 'Fastmail', host: 'imap.fastmail.com', hint: 'app-password' }
const yahoo: Provider = { name: 'Yahoo', host: 'imap.mail.yahoo.com', hint: 'app-password' }

const PROVIDERS: ReadonlyMap<string, Provider> = new Map([
  ['gmail.com', google],
  ['googlemail.com', google],
  ['icloud.com', apple],
  ['me.com', apple],
  ['mac.com', apple],
  ['outlook.com', microsoft],
  ['hotmail.com', microsoft],
  ['live.com', microsoft],
  ['msn.com', microsoft],
  ['naver.com', { name: 'Naver', host: 'imap.naver.com', hint: 'switch-on' }],
  ['daum.net', daum],
  ['hanmail.net', daum],
  ['kakao.com', { name: 'Kakao', host: 'imap.kakao.com', hint: 'app-password' }],
  ['nate.com', { name: 'Nate', host: 'imap.nate.com', hint: 'switch-on' }],
  ['fastmail.com', fastmail],
  ['fastmail.fm', fastmail],
  ['yahoo.com', yahoo],
  ['aol.com', { name: 'AOL', host: 'imap.aol.com', hint: 'app-password' }],
  ['gmx.net', { name: 'GMX', host: 'imap.gmx.net', hint: 'switch-on' }],
  ['gmx.de', { name: 'GMX', host: 'imap.gmx.net', hint: 'switch-on' }],
  ['gmx.com', { name: 'GMX', host: 'imap.gmx.com', hint: 'switch-on' }],
  ['web.de', { name: 'WEB.DE', host: 'imap.web.de', hint: 'switch-on' }],
])

export const providerOf = (domain: string): Provider | null => PROVIDERS.get(domain.toLowerCase()) ?? null
