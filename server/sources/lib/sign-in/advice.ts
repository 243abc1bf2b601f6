/** What a provider requires of a mail program, for its bare "wrong password". */
import type { SignInServer } from './rules.ts'

/** From the providers' own help pages; the window's instructions for adding an account are longer. */
const PROVIDERS: readonly { readonly hosts: RegExp; readonly advice: string }[] = [
  { hosts: /(?:^|\.)(?:gmail|googlemail)\.com$/, advice: 'Gmail requires an app password, or a sign-in with oauth' },
  { hosts: /(?:^|\.)(?:outlook|office365|hotmail|live)\.com$/, advice: 'Microsoft accepts no passwords here; sign in with oauth' },
  { hosts: /(?:^|\.)(?:me|icloud)\.com$/, advice: 'iCloud requires an app-specific password' },
  { hosts: /(?:^|\.)(?:yahoo\.com|yahoo\.co\.jp|yahoodns\.net|aol\.com)$/, advice: 'Yahoo and AOL require an app password' },
  {
    hosts: /(?:^|\.)(?:naver|worksmobile)\.com$/,
    advice: 'Naver requires IMAP or POP3 to be enabled in its mail settings, and an app password with two-step verification',
  },
  {
    hosts: /(?:^|\.)(?:daum\.net|hanmail\.net|kakao\.com)$/,
    advice: 'Daum and Kakao require IMAP or POP3 to be enabled, and an app password',
  },
  {
    hosts: /(?:^|\.)(?:qq|foxmail|163|126|188|yeah|sina)\.(?:com|net|cn)$/,
    advice: 'this provider requires IMAP or POP3 to be enabled, and its authorization code as password',
  },
  { hosts: /(?:^|\.)yandex\.(?:com|ru|net)$/, advice: 'Yandex requires IMAP or POP3 to be enabled, and an app password' },
  { hosts: /(?:^|\.)(?:gmx\.(?:net|com|de|at|ch)|web\.de)$/, advice: 'GMX and WEB.DE require POP3/IMAP to be enabled in their settings' },
  {
    hosts: /(?:^|\.)zoho(?:cloud)?\.(?:com|eu|in)$/,
    advice: 'Zoho requires IMAP or POP3 to be enabled, and an app password with two-factor authentication',
  },
  { hosts: /(?:^|\.)(?:fastmail|messagingengine)\.com$/, advice: 'Fastmail requires an app password' },
]

export const adviceFor = ({ host, protocol }: SignInServer): string =>
  PROVIDERS.find(({ hosts }) => hosts.test(host.toLowerCase()))?.advice ??
  `some servers require an app password, or ${protocol} to be enabled`
