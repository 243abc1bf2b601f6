/**
 * The large providers: their servers, their ways to sign in, their webmail, and what a user has to enable first, in the
 * provider's own words where it has them. As of 2026.
 */
import type { MailProtocol } from '../../common/protocol/account.ts'
import type { Candidate, ProviderInfo, SignIn, Step } from '../../common/protocol/discovery.ts'

type ProviderServer = Omit<Candidate, 'user' | 'origins' | 'mustConfirm'>

export interface Provider extends Omit<ProviderInfo, 'clientUrl'> {
  /** Of addresses; each domain belongs to one provider. */
  readonly domains: readonly string[]
  /** Suffixes of mail exchangers, which show that a custom domain is hosted here. */
  readonly mx: readonly string[]
  readonly servers: readonly ProviderServer[]
  /** The user name: the address, or the part before its @. */
  readonly user: 'address' | 'local-part'
}

interface StepRow extends Pick<Step, 'text'> {
  /** Undefined for the webmail; null for none. */
  readonly url: string | null | undefined
}

interface ProviderKeys extends Partial<Omit<Provider, 'steps'>> {
  readonly steps?: StepRow | readonly StepRow[]
}

function row(
  id: string,
  [en, ko = en]: readonly [en: string, ko?: string],
  webUrl: string,
  servers: ProviderServer | readonly ProviderServer[],
  { steps = [], ...keys }: ProviderKeys,
): Provider {
  const linked = [steps].flat().map(({ text, url = webUrl }): Step => (url === null ? { text } : { text, url }))
  return { domains: [], mx: [], user: 'address', id, name: { en, ko }, webUrl, servers: [servers].flat(), steps: linked, ...keys }
}

/** @param signIn an app password by default. */
function server(protocol: MailProtocol, host: string, port: number, ...signIn: SignIn[]): ProviderServer {
  return { protocol, host, port, security: 'tls', signIn: signIn.length > 0 ? signIn : ['app-password'] }
}
const imap = (host: string, ...signIn: SignIn[]): ProviderServer => server('imap', host, 993, ...signIn)
const fastmailJmap = { ...server('jmap', 'api.fastmail.com', 443, 'token'), url: 'https://api.fastmail.com/jmap/session' }
const protonBridge = { ...server('imap', '127.0.0.1', 1143), security: 'starttls' } as const
/** The domains of one name under several suffixes. */
const under = (name: string, suffixes: string): string[] => suffixes.split(' ').map((suffix) => `${name}.${suffix}`)

const TYPE_IT_HERE = { en: 'and type it here instead of your usual password.', ko: '평소 비밀번호 대신 여기에 입력하세요.' }

const step = (en: string, ko: string, url?: string | null): StepRow => ({ text: { en, ko }, url })
/** Without a link. */
const note = (en: string, ko: string): StepRow => step(en, ko, null)
const passwordStep = (en: string, ko: string, url?: string): StepRow => step(`${en}, ${TYPE_IT_HERE.en}`, `${ko} ${TYPE_IT_HERE.ko}`, url)

const googleSteps: readonly StepRow[] = [
  step(
    'Switch on 2-Step Verification in your Google Account, under “Security”.',
    'Google 계정의 ‘보안’에서 ‘2단계 인증’을 켜세요.',
    'https://myaccount.google.com/signinoptions/twosv',
  ),
  passwordStep('Make an app password', '‘앱 비밀번호’를 만들어', 'https://myaccount.google.com/apppasswords'),
]

const kakaoAppPassword = passwordStep(
  'In your Kakao account switch on two-step verification, make an app password',
  '카카오계정의 ‘계정 보안’에서 ‘2단계 인증’을 켜고 ‘앱 비밀번호’를 만들어',
  'https://accounts.kakao.com/',
)

const appleAppPassword = passwordStep(
  'In your Apple Account open Sign-In and Security → App-Specific Passwords, make one',
  'Apple 계정의 로그인 및 보안 → 앱 암호에서 암호를 만들어',
  'https://account.apple.com/',
)

const gmxSteps = (name: string, url: string): readonly StepRow[] => [
  step(
    `Allow POP3 and IMAP in the settings of ${name} (“POP3/IMAP Abruf”).`,
    `${name} 설정의 ‘POP3/IMAP Abruf’에서 POP3/IMAP 접속을 허용하세요.`,
    url,
  ),
  note(
    'With two-factor authentication, make an application-specific password (“Anwendungsspezifisches Passwort”) and type it here.',
    '2단계 인증을 쓴다면 앱 전용 비밀번호(‘Anwendungsspezifisches Passwort’)를 만들어 여기에 입력하세요.',
  ),
]

const yahooSteps = (name: string, url: string): readonly StepRow[] => [
  passwordStep(
    `In the security settings of your ${name} account make an app password (“Generate app password”)`,
    `${name} 계정의 보안 설정에서 앱 비밀번호(‘앱 비밀번호 생성’)를 만들어`,
    url,
  ),
]

/** Each data centre of Zoho has its own names; custom domains use `imappro`. */
const zoho = (end: string): Provider[] => {
  const common = (id: string, host: string, keys: ProviderKeys): Provider =>
    row(id, ['Zoho Mail'], `https://mail.zoho.${end}/`, imap(`${host}.zoho.${end}`, 'app-password', 'password'), { steps, ...keys })
  const steps = [
    step(
      'In Zoho Mail open Settings → Mail Accounts → IMAP and switch on “IMAP Access”.',
      'Zoho Mail의 설정 → 메일 계정 → IMAP에서 ‘IMAP 액세스’를 켜세요.',
    ),
    step(
      'With two-factor authentication, make an app password (Security → App Passwords) and type it here.',
      '2단계 인증을 쓴다면 보안 → 앱 비밀번호에서 앱 비밀번호를 만들어 여기에 입력하세요.',
      `https://accounts.zoho.${end}/home#security/app_password`,
    ),
  ]
  return [
    common(`zoho-${end}`, 'imap', { domains: [`zoho.${end}`, `zohomail.${end}`] }),
    common(`zoho-${end}-own`, 'imappro', { mx: [`zoho.${end}`] }),
  ]
}

export const PROVIDERS: readonly Provider[] = [
  row('gmail', ['Gmail'], 'https://mail.google.com/', imap('imap.gmail.com', 'app-password', 'google'), {
    domains: ['gmail.com', 'googlemail.com'],
    steps: googleSteps,
  }),
  row('google-workspace', ['Google Workspace'], 'https://mail.google.com/', imap('imap.gmail.com', 'app-password', 'google'), {
    mx: ['google.com', 'googlemail.com'],
    steps: [
      ...googleSteps,
      note(
        'If that is not offered, your organisation has switched off app passwords or IMAP: ask its administrator.',
        '메뉴가 보이지 않으면 조직에서 앱 비밀번호나 IMAP을 막은 것이니 관리자에게 문의하세요.',
      ),
    ],
  }),
  row('outlook', ['Outlook.com'], 'https://outlook.live.com/mail/', imap('outlook.office365.com', 'microsoft'), {
    domains: [
      ...under('outlook', 'com kr de fr jp'),
      ...under('hotmail', 'com co.kr co.uk de fr'),
      ...under('live', 'com co.kr co.uk'),
      'msn.com',
    ],
    mx: ['olc.protection.outlook.com'],
    steps: step(
      'In Outlook.com open Settings → Mail → Forwarding and IMAP, and let devices and apps use IMAP.',
      'Outlook.com의 설정 → 메일 → 전달 및 IMAP에서 디바이스와 앱의 IMAP 사용을 허용하세요.',
    ),
  }),
  row('microsoft-365', ['Microsoft 365'], 'https://outlook.office.com/mail/', imap('outlook.office365.com', 'microsoft'), {
    mx: ['mail.protection.outlook.com', 'mx.microsoft'],
    steps: note(
      'If the sign-in is refused, your organisation has switched off IMAP or wants to approve Mailbell first: ask its administrator.',
      '로그인이 거부된다면 조직에서 IMAP을 막았거나 앱 승인이 필요한 것이니 관리자에게 문의하세요.',
    ),
  }),
  row('icloud', ['iCloud Mail'], 'https://www.icloud.com/mail/', imap('imap.mail.me.com'), {
    domains: ['icloud.com', 'me.com', 'mac.com'],
    user: 'local-part',
    steps: [appleAppPassword],
  }),
  row('icloud-own', ['iCloud Mail'], 'https://www.icloud.com/mail/', imap('imap.mail.me.com'), {
    mx: ['mail.icloud.com'],
    steps: [
      appleAppPassword,
      note(
        'For the username, enter the part of your iCloud address before @icloud.com.',
        '사용자 이름에는 iCloud 주소에서 @icloud.com 앞의 이름을 입력하세요.',
      ),
    ],
  }),
  row('yahoo', ['Yahoo Mail'], 'https://mail.yahoo.com/', imap('imap.mail.yahoo.com'), {
    domains: [...under('yahoo', 'com com.au com.br com.mx se co.uk de fr it es ca co.in'), 'ymail.com', 'myyahoo.com', 'rocketmail.com'],
    mx: ['am0.yahoodns.net'],
    steps: yahooSteps('Yahoo', 'https://login.yahoo.com/account/security'),
  }),
  row('aol', ['AOL Mail'], 'https://mail.aol.com/', imap('imap.aol.com'), {
    domains: ['aol.com', 'aim.com'],
    mx: ['mx-aol.mail.gm0.yahoodns.net'],
    steps: yahooSteps('AOL', 'https://login.aol.com/account/security'),
  }),
  row('fastmail', ['Fastmail'], 'https://app.fastmail.com/mail/', [imap('imap.fastmail.com'), fastmailJmap], {
    domains: ['fastmail.com', 'fastmail.fm', 'sent.com', 'messagingengine.com'],
    mx: ['messagingengine.com'],
    steps: passwordStep(
      'In Fastmail open Settings → Privacy & Security, make an app password (for JMAP an API token)',
      'Fastmail의 Settings → Privacy & Security에서 앱 비밀번호(JMAP은 API 토큰)를 만들어',
      'https://app.fastmail.com/settings/security',
    ),
  }),
  row('naver', ['Naver Mail', '네이버 메일'], 'https://mail.naver.com/', imap('imap.naver.com'), {
    domains: ['naver.com'],
    steps: [
      step(
        'In Naver Mail open Settings → POP3/IMAP (“POP3/IMAP 설정”) and choose to use IMAP/SMTP (“사용함”).',
        '네이버 메일의 환경설정 → POP3/IMAP 설정 → IMAP/SMTP 설정에서 ‘사용함’을 고르고 저장하세요.',
      ),
      passwordStep(
        'Under two-step verification (“2단계 인증”) of your Naver account make an application password (“애플리케이션 비밀번호”)',
        '네이버 내정보 → 보안설정 → ‘2단계 인증’에서 ‘애플리케이션 비밀번호’를 만들어',
        'https://nid.naver.com/user2/help/2StepVerif?m=viewManageSettings',
      ),
    ],
  }),
  row('naver-works', ['NAVER WORKS', '네이버웍스'], 'https://mail.worksmobile.com/', imap('imap.worksmobile.com'), {
    mx: ['worksmobile.com'],
    steps: passwordStep(
      'In NAVER WORKS on the web click your photo → Security, make a password for external apps',
      '네이버웍스 PC 웹에서 프로필 사진 → 보안 → ‘외부 앱 비밀번호 생성하기’로 비밀번호를 만들어',
    ),
  }),
  row('daum', ['Daum Mail', '다음 메일'], 'https://mail.daum.net/', imap('imap.daum.net'), {
    domains: ['daum.net', 'hanmail.net'],
    mx: ['daum.net', 'hanmail.net'],
    steps: [
      step(
        'In Daum Mail open Settings → IMAP/POP3 (“환경설정”) and choose to use IMAP/SMTP (“사용함”).',
        '다음 메일의 환경설정 → IMAP/POP3 → ‘IMAP / SMTP 사용’에서 ‘사용함’을 고르고 저장하세요.',
      ),
      kakaoAppPassword,
    ],
  }),
  row('kakao', ['Kakao Mail', '카카오메일'], 'https://mail.kakao.com/', imap('imap.kakao.com'), {
    domains: ['kakao.com'],
    mx: ['kakao.com'],
    user: 'local-part',
    steps: [
      step(
        'In Kakao Mail open Settings → IMAP/POP3 and switch on IMAP (“사용”).',
        '카카오메일의 설정 → IMAP/POP3에서 IMAP을 ‘사용’으로 바꾸고 저장하세요.',
      ),
      kakaoAppPassword,
    ],
  }),
  row('hiworks', ['Hiworks', '하이웍스'], 'https://mails.office.hiworks.com/', server('pop3', 'pop3s.hiworks.com', 995), {
    mx: ['hiworks.com', 'hiworks.co.kr'],
    steps: step(
      'Hiworks has POP3 only, which your administrator must allow; set the password for mail programs in its mail settings and type it here.',
      '하이웍스는 POP3만 제공하며 관리자가 허용해야 합니다. 메일 설정에서 메일 프로그램용 비밀번호를 정해 여기에 입력하세요.',
    ),
  }),
  row('nate', ['Nate Mail', '네이트 메일'], 'https://mail.nate.com/', imap('imap.nate.com', 'password'), {
    domains: ['nate.com', 'lycos.co.kr', 'empas.com', 'netsgo.com'],
    steps: step('Switch on IMAP in the settings (“환경설정”) of Nate Mail.', '네이트 메일의 환경설정에서 IMAP 사용을 켜세요.'),
  }),
  ...['com', 'eu', 'in', 'com.au', 'jp'].flatMap(zoho),
  row('gmx', ['GMX'], 'https://www.gmx.net/mail/', imap('imap.gmx.net', 'password', 'app-password'), {
    domains: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'gmx.eu', 'gmx.biz', 'gmx.org', 'gmx.info'],
    mx: ['gmx.net'],
    steps: gmxSteps('GMX', 'https://hilfe.gmx.net/pop-imap/einschalten.html'),
  }),
  row('gmx-com', ['GMX'], 'https://www.gmx.com/', imap('imap.gmx.com', 'password', 'app-password'), {
    domains: ['gmx.com', 'gmx.co.uk', 'gmx.us'],
    steps: step(
      'In GMX open E-mail → Settings → POP3 & IMAP and enable access from other programs.',
      'GMX의 E-mail → Settings → POP3 & IMAP에서 외부 프로그램의 접속을 허용하세요.',
    ),
  }),
  row('web-de', ['WEB.DE'], 'https://web.de/email/', imap('imap.web.de', 'password', 'app-password'), {
    domains: ['web.de', 'email.de'],
    mx: ['web.de'],
    steps: gmxSteps('WEB.DE', 'https://hilfe.web.de/pop-imap/einschalten.html'),
  }),
  row('proton', ['Proton Mail'], 'https://mail.proton.me/', protonBridge, {
    domains: ['proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me'],
    mx: ['protonmail.ch'],
    steps: [
      step(
        'Install Proton Mail Bridge on this computer (it needs a paid plan), and sign in there.',
        '이 컴퓨터에 Proton Mail Bridge(유료 요금제 필요)를 설치하고 로그인하세요.',
        'https://proton.me/mail/bridge',
      ),
      note(
        `Take the password from Bridge’s mailbox details ${TYPE_IT_HERE.en} Bridge uses its own certificate: compare the fingerprint once.`,
        `Bridge의 메일박스 정보에 나오는 비밀번호를 ${TYPE_IT_HERE.ko} Bridge는 자체 인증서를 쓰므로 지문을 한 번 확인합니다.`,
      ),
    ],
  }),
  row('mail-ru', ['Mail.ru'], 'https://e.mail.ru/inbox/', imap('imap.mail.ru'), {
    domains: ['mail.ru', 'inbox.ru', 'list.ru', 'bk.ru', 'internet.ru'],
    mx: ['mail.ru'],
    steps: passwordStep(
      'In your Mail.ru account open Security → Passwords for external applications (“Пароли для внешних приложений”), make one',
      'Mail.ru 계정의 보안 → 외부 앱 비밀번호(‘Пароли для внешних приложений’)에서 비밀번호를 만들어',
      'https://account.mail.ru/user/2-step-auth/passwords/',
    ),
  }),
  row('yandex', ['Yandex Mail'], 'https://mail.yandex.com/', imap('imap.yandex.com'), {
    domains: ['yandex.com', 'yandex.ru', 'ya.ru', 'yandex.by', 'yandex.kz', 'yandex.ua', 'narod.ru'],
    mx: ['yandex.net', 'yandex.ru'],
    steps: [
      step(
        'In Yandex Mail open Settings → Email clients, and allow IMAP with app passwords.',
        'Yandex Mail의 Settings → Email clients에서 앱 비밀번호를 쓰는 IMAP을 허용하세요.',
        'https://mail.yandex.com/#setup/client',
      ),
      passwordStep(
        'In your Yandex ID make an app password for mail',
        'Yandex ID에서 메일용 앱 비밀번호를 만들어',
        'https://id.yandex.com/security/app-passwords',
      ),
    ],
  }),
  row('qq', ['QQ Mail', 'QQ 메일'], 'https://mail.qq.com/', imap('imap.qq.com'), {
    domains: ['qq.com', 'foxmail.com', 'vip.qq.com'],
    steps: passwordStep(
      'In QQ Mail open Settings → Account (“设置 → 账号”), switch on IMAP/SMTP, get the authorization code (“授权码”)',
      'QQ 메일의 설정 → 계정(‘设置 → 账号’)에서 IMAP/SMTP를 켜고 인증 코드(‘授权码’)를 받아',
    ),
  }),
  row(
    'qq-exmail',
    ['Tencent Exmail', '텐센트 기업 메일'],
    'https://exmail.qq.com/',
    imap('imap.exmail.qq.com', 'app-password', 'password'),
    {
      mx: ['mxbiz1.qq.com', 'mxbiz2.qq.com'],
      steps: step(
        'In Exmail open Settings and switch on IMAP/SMTP; with secure login, use a client password (“客户端专用密码”).',
        'Exmail 설정에서 IMAP/SMTP를 켜고, 보안 로그인을 쓴다면 클라이언트 전용 비밀번호(‘客户端专用密码’)를 입력하세요.',
      ),
    },
  ),
  ...['163', '126'].map((name) =>
    row(`netease-${name}`, [`NetEase ${name}`, `넷이즈 ${name}`], `https://mail.${name}.com/`, imap(`imap.${name}.com`), {
      domains: [`${name}.com`],
      steps: passwordStep(
        'In the mailbox open Settings → POP3/SMTP/IMAP (“设置”), switch on IMAP, get the authorization code (“授权码”)',
        '메일의 설정(‘设置’) → POP3/SMTP/IMAP에서 IMAP을 켜고 인증 코드(‘授权码’)를 받아',
      ),
    }),
  ),
  row('t-online', ['T-Online'], 'https://email.t-online.de/', imap('secureimap.t-online.de'), {
    domains: ['t-online.de', 'magenta.de'],
    steps: passwordStep(
      'In Telekom’s customer centre make a password for e-mail programs (“Passwort für E-Mail-Programme”)',
      '텔레콤 고객센터에서 메일 프로그램용 비밀번호(‘Passwort für E-Mail-Programme’)를 만들어',
    ),
  }),
  row('posteo', ['Posteo'], 'https://posteo.de/', imap('posteo.de', 'password'), {
    domains: ['posteo.de', 'posteo.net', 'posteo.org', 'posteo.eu', 'posteo.at', 'posteo.ch', 'posteo.com', 'posteo.me'],
  }),
  row('mailbox-org', ['mailbox.org'], 'https://login.mailbox.org/', imap('imap.mailbox.org', 'password', 'app-password'), {
    domains: ['mailbox.org', 'secure.mailbox.org'],
    mx: ['mailbox.org'],
    steps: step(
      'With two-factor authentication, make an application password in the settings of mailbox.org and type it here.',
      '2단계 인증을 쓴다면 mailbox.org 설정에서 앱 비밀번호를 만들어 여기에 입력하세요.',
    ),
  }),
  row('tuta', ['Tuta'], 'https://app.tuta.com/', [], {
    domains: ['tuta.com', 'tuta.io', 'tutanota.com', 'tutanota.de', 'tutamail.com', 'keemail.me'],
    mx: ['tutanota.de'],
    refusal: {
      en: 'Tuta doesn’t support IMAP or any other way for mail apps to read a mailbox, so Mailbell can’t count its email.',
      ko: 'Tuta는 IMAP 같은 방식으로 다른 프로그램이 편지함을 읽는 것을 허용하지 않아, 메일을 셀 수 없습니다.',
    },
  }),
]
