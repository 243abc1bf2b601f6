/**
 * The large providers: their servers, their ways to sign in, their webmail, and what a user has to enable first, in the
 * provider's own words where it has them. As of 2026.
 */
import type { MailProtocol } from '../../common/protocol/account.ts'
import type { SignIn, Step, Text } from '../../common/protocol/discovery.ts'

interface ProviderServer {
  readonly protocol: MailProtocol
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls'
  readonly url?: string
  readonly signIn: readonly SignIn[]
}

export interface Provider {
  readonly id: string
  readonly name: Text
  /** Of addresses; each domain belongs to one provider. */
  readonly domains: readonly string[]
  /** Suffixes of mail exchangers, which show that a custom domain is hosted here. */
  readonly mx: readonly string[]
  readonly servers: readonly ProviderServer[]
  /** The user name: the address, or the part before its @. */
  readonly user: 'address' | 'local-part'
  readonly webUrl: string
  readonly steps: readonly Step[]
  readonly refusal?: Text
}

const DEFAULTS = { domains: [], mx: [], user: 'address', steps: [] } as const

type ProviderRow = Omit<Provider, keyof typeof DEFAULTS> & Partial<Provider>

const imap = (host: string, ...signIn: SignIn[]): ProviderServer => ({ protocol: 'imap', host, port: 993, security: 'tls', signIn })
const step = (en: string, ko: string, url?: string): Step => ({ text: { en, ko }, ...(url !== undefined && { url }) })
const onlyStep = (...text: Parameters<typeof step>): readonly Step[] => [step(...text)]
/** The domains of one name under several suffixes. */
const under = (name: string, suffixes: string): string[] => suffixes.split(' ').map((suffix) => `${name}.${suffix}`)
const same = (name: string): { en: string; ko: string } => ({ en: name, ko: name })

const TYPE_IT_HERE = {
  en: 'and type it here instead of your usual password.',
  ko: '평소 비밀번호 대신 여기에 입력하세요.',
}

const googleSteps: readonly Step[] = [
  step(
    'Switch on 2-Step Verification in your Google Account, under “Security”.',
    'Google 계정의 ‘보안’에서 ‘2단계 인증’을 켜세요.',
    'https://myaccount.google.com/signinoptions/twosv',
  ),
  step(
    `Make an app password, ${TYPE_IT_HERE.en}`,
    `‘앱 비밀번호’를 만들어 ${TYPE_IT_HERE.ko}`,
    'https://myaccount.google.com/apppasswords',
  ),
]

const kakaoAppPassword = step(
  `In your Kakao account switch on two-step verification, make an app password, ${TYPE_IT_HERE.en}`,
  `카카오계정의 ‘계정 보안’에서 ‘2단계 인증’을 켜고 ‘앱 비밀번호’를 만들어 ${TYPE_IT_HERE.ko}`,
  'https://accounts.kakao.com/',
)

const appleAppPassword = step(
  `In your Apple Account open Sign-In and Security → App-Specific Passwords, make one, ${TYPE_IT_HERE.en}`,
  `Apple 계정의 로그인 및 보안 → 앱 암호에서 암호를 만들어 ${TYPE_IT_HERE.ko}`,
  'https://account.apple.com/',
)

const gmxSteps = (name: string, url: string): readonly Step[] => [
  step(
    `Allow POP3 and IMAP in the settings of ${name} (“POP3/IMAP Abruf”).`,
    `${name} 설정의 ‘POP3/IMAP Abruf’에서 POP3/IMAP 접속을 허용하세요.`,
    url,
  ),
  step(
    'With two-factor authentication, make an application-specific password (“Anwendungsspezifisches Passwort”) and type it here.',
    '2단계 인증을 쓴다면 앱 전용 비밀번호(‘Anwendungsspezifisches Passwort’)를 만들어 여기에 입력하세요.',
  ),
]

const yahooSteps = (name: string, url: string): readonly Step[] => [
  step(
    `In the security settings of your ${name} account make an app password (“Generate app password”), ${TYPE_IT_HERE.en}`,
    `${name} 계정의 보안 설정에서 앱 비밀번호(‘앱 비밀번호 생성’)를 만들어 ${TYPE_IT_HERE.ko}`,
    url,
  ),
]

/** Each data centre of Zoho has its own names; custom domains use `imappro`. */
const zoho = (end: string): ProviderRow[] => {
  const steps = [
    step(
      'In Zoho Mail open Settings → Mail Accounts → IMAP and switch on “IMAP Access”.',
      'Zoho Mail의 설정 → 메일 계정 → IMAP에서 ‘IMAP 액세스’를 켜세요.',
      `https://mail.zoho.${end}/`,
    ),
    step(
      'With two-factor authentication, make an app password (Security → App Passwords) and type it here.',
      '2단계 인증을 쓴다면 보안 → 앱 비밀번호에서 앱 비밀번호를 만들어 여기에 입력하세요.',
      `https://accounts.zoho.${end}/home#security/app_password`,
    ),
  ]
  const common = { name: same('Zoho Mail'), webUrl: `https://mail.zoho.${end}/`, steps } as const
  const domains = end === 'com' ? ['zoho.com', 'zohomail.com'] : [`zoho.${end}`, `zohomail.${end}`]
  return [
    { ...common, id: `zoho-${end}`, domains, servers: [imap(`imap.zoho.${end}`, 'app-password', 'password')] },
    {
      ...common,
      id: `zoho-${end}-own`,
      mx: [`zoho.${end}`],
      servers: [imap(`imappro.zoho.${end}`, 'app-password', 'password')],
    },
  ]
}

const rows: readonly ProviderRow[] = [
  {
    id: 'gmail',
    name: same('Gmail'),
    domains: ['gmail.com', 'googlemail.com'],
    servers: [imap('imap.gmail.com', 'app-password', 'google')],
    webUrl: 'https://mail.google.com/',
    steps: googleSteps,
  },
  {
    id: 'google-workspace',
    name: same('Google Workspace'),
    mx: ['google.com', 'googlemail.com'],
    servers: [imap('imap.gmail.com', 'app-password', 'google')],
    webUrl: 'https://mail.google.com/',
    steps: [
      ...googleSteps,
      step(
        'If that is not offered, your organisation has switched off app passwords or IMAP: ask its administrator.',
        '메뉴가 보이지 않으면 조직에서 앱 비밀번호나 IMAP을 막은 것이니 관리자에게 문의하세요.',
      ),
    ],
  },
  {
    id: 'outlook',
    name: same('Outlook.com'),
    domains: [
      ...under('outlook', 'com kr de fr jp'),
      ...under('hotmail', 'com co.kr co.uk de fr'),
      ...under('live', 'com co.kr co.uk'),
      'msn.com',
    ],
    mx: ['olc.protection.outlook.com'],
    servers: [imap('outlook.office365.com', 'microsoft')],
    webUrl: 'https://outlook.live.com/mail/',
    steps: onlyStep(
      'In Outlook.com open Settings → Mail → Forwarding and IMAP, and let devices and apps use IMAP.',
      'Outlook.com의 설정 → 메일 → 전달 및 IMAP에서 디바이스와 앱의 IMAP 사용을 허용하세요.',
      'https://outlook.live.com/mail/',
    ),
  },
  {
    id: 'microsoft-365',
    name: same('Microsoft 365'),
    mx: ['mail.protection.outlook.com', 'mx.microsoft'],
    servers: [imap('outlook.office365.com', 'microsoft')],
    webUrl: 'https://outlook.office.com/mail/',
    steps: onlyStep(
      'If the sign-in is refused, your organisation has switched off IMAP or wants to approve Mailbell first: ask its administrator.',
      '로그인이 거부된다면 조직에서 IMAP을 막았거나 앱 승인이 필요한 것이니 관리자에게 문의하세요.',
    ),
  },
  {
    id: 'icloud',
    name: same('iCloud Mail'),
    domains: ['icloud.com', 'me.com', 'mac.com'],
    servers: [imap('imap.mail.me.com', 'app-password')],
    user: 'local-part',
    webUrl: 'https://www.icloud.com/mail/',
    steps: [appleAppPassword],
  },
  {
    id: 'icloud-own',
    name: same('iCloud Mail'),
    mx: ['mail.icloud.com'],
    servers: [imap('imap.mail.me.com', 'app-password')],
    webUrl: 'https://www.icloud.com/mail/',
    steps: [
      appleAppPassword,
      step(
        'As the user name take the name of your iCloud address, as it stands before @icloud.com.',
        '사용자 이름에는 iCloud 주소에서 @icloud.com 앞의 이름을 입력하세요.',
      ),
    ],
  },
  {
    id: 'yahoo',
    name: same('Yahoo Mail'),
    domains: [...under('yahoo', 'com com.au com.br com.mx se co.uk de fr it es ca co.in'), 'ymail.com', 'myyahoo.com', 'rocketmail.com'],
    mx: ['am0.yahoodns.net'],
    servers: [imap('imap.mail.yahoo.com', 'app-password')],
    webUrl: 'https://mail.yahoo.com/',
    steps: yahooSteps('Yahoo', 'https://login.yahoo.com/account/security'),
  },
  {
    id: 'aol',
    name: same('AOL Mail'),
    domains: ['aol.com', 'aim.com'],
    mx: ['mx-aol.mail.gm0.yahoodns.net'],
    servers: [imap('imap.aol.com', 'app-password')],
    webUrl: 'https://mail.aol.com/',
    steps: yahooSteps('AOL', 'https://login.aol.com/account/security'),
  },
  {
    id: 'fastmail',
    name: same('Fastmail'),
    domains: ['fastmail.com', 'fastmail.fm', 'sent.com', 'messagingengine.com'],
    mx: ['messagingengine.com'],
    servers: [
      imap('imap.fastmail.com', 'app-password'),
      {
        protocol: 'jmap',
        host: 'api.fastmail.com',
        port: 443,
        security: 'tls',
        url: 'https://api.fastmail.com/jmap/session',
        signIn: ['token'],
      },
    ],
    webUrl: 'https://app.fastmail.com/mail/',
    steps: onlyStep(
      `In Fastmail open Settings → Privacy & Security, make an app password (for JMAP an API token), ${TYPE_IT_HERE.en}`,
      `Fastmail의 Settings → Privacy & Security에서 앱 비밀번호(JMAP은 API 토큰)를 만들어 ${TYPE_IT_HERE.ko}`,
      'https://app.fastmail.com/settings/security',
    ),
  },
  {
    id: 'naver',
    name: { en: 'Naver Mail', ko: '네이버 메일' },
    domains: ['naver.com'],
    servers: [imap('imap.naver.com', 'app-password')],
    webUrl: 'https://mail.naver.com/',
    steps: [
      step(
        'In Naver Mail open Settings → POP3/IMAP (“POP3/IMAP 설정”) and choose to use IMAP/SMTP (“사용함”).',
        '네이버 메일의 환경설정 → POP3/IMAP 설정 → IMAP/SMTP 설정에서 ‘사용함’을 고르고 저장하세요.',
        'https://mail.naver.com/',
      ),
      step(
        `Under two-step verification (“2단계 인증”) of your Naver account make an application password (“애플리케이션 비밀번호”), ${TYPE_IT_HERE.en}`,
        `네이버 내정보 → 보안설정 → ‘2단계 인증’에서 ‘애플리케이션 비밀번호’를 만들어 ${TYPE_IT_HERE.ko}`,
        'https://nid.naver.com/user2/help/2StepVerif?m=viewManageSettings',
      ),
    ],
  },
  {
    id: 'naver-works',
    name: { en: 'NAVER WORKS', ko: '네이버웍스' },
    mx: ['worksmobile.com'],
    servers: [imap('imap.worksmobile.com', 'app-password')],
    webUrl: 'https://mail.worksmobile.com/',
    steps: onlyStep(
      `In NAVER WORKS on the web click your photo → Security, make a password for external apps, ${TYPE_IT_HERE.en}`,
      `네이버웍스 PC 웹에서 프로필 사진 → 보안 → ‘외부 앱 비밀번호 생성하기’로 비밀번호를 만들어 ${TYPE_IT_HERE.ko}`,
      'https://mail.worksmobile.com/',
    ),
  },
  {
    id: 'daum',
    name: { en: 'Daum Mail', ko: '다음 메일' },
    domains: ['daum.net', 'hanmail.net'],
    mx: ['daum.net', 'hanmail.net'],
    servers: [imap('imap.daum.net', 'app-password')],
    webUrl: 'https://mail.daum.net/',
    steps: [
      step(
        'In Daum Mail open Settings → IMAP/POP3 (“환경설정”) and choose to use IMAP/SMTP (“사용함”).',
        '다음 메일의 환경설정 → IMAP/POP3 → ‘IMAP / SMTP 사용’에서 ‘사용함’을 고르고 저장하세요.',
        'https://mail.daum.net/',
      ),
      kakaoAppPassword,
    ],
  },
  {
    id: 'kakao',
    name: { en: 'Kakao Mail', ko: '카카오메일' },
    domains: ['kakao.com'],
    mx: ['kakao.com'],
    servers: [imap('imap.kakao.com', 'app-password')],
    user: 'local-part',
    webUrl: 'https://mail.kakao.com/',
    steps: [
      step(
        'In Kakao Mail open Settings → IMAP/POP3 and switch on IMAP (“사용”).',
        '카카오메일의 설정 → IMAP/POP3에서 IMAP을 ‘사용’으로 바꾸고 저장하세요.',
        'https://mail.kakao.com/',
      ),
      kakaoAppPassword,
    ],
  },
  {
    id: 'hiworks',
    name: { en: 'Hiworks', ko: '하이웍스' },
    mx: ['hiworks.com', 'hiworks.co.kr'],
    servers: [{ protocol: 'pop3', host: 'pop3s.hiworks.com', port: 995, security: 'tls', signIn: ['app-password'] }],
    webUrl: 'https://mails.office.hiworks.com/',
    steps: onlyStep(
      'Hiworks has POP3 only, which your administrator must allow; set the password for mail programs in its mail settings and type it here.',
      '하이웍스는 POP3만 제공하며 관리자가 허용해야 합니다. 메일 설정에서 메일 프로그램용 비밀번호를 정해 여기에 입력하세요.',
      'https://mails.office.hiworks.com/',
    ),
  },
  {
    id: 'nate',
    name: { en: 'Nate Mail', ko: '네이트 메일' },
    domains: ['nate.com', 'lycos.co.kr', 'empas.com', 'netsgo.com'],
    servers: [imap('imap.nate.com', 'password')],
    webUrl: 'https://mail.nate.com/',
    steps: onlyStep(
      'Switch on IMAP in the settings (“환경설정”) of Nate Mail.',
      '네이트 메일의 환경설정에서 IMAP 사용을 켜세요.',
      'https://mail.nate.com/',
    ),
  },
  ...['com', 'eu', 'in', 'com.au', 'jp'].flatMap(zoho),
  {
    id: 'gmx',
    name: same('GMX'),
    domains: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'gmx.eu', 'gmx.biz', 'gmx.org', 'gmx.info'],
    mx: ['gmx.net'],
    servers: [imap('imap.gmx.net', 'password', 'app-password')],
    webUrl: 'https://www.gmx.net/mail/',
    steps: gmxSteps('GMX', 'https://hilfe.gmx.net/pop-imap/einschalten.html'),
  },
  {
    id: 'gmx-com',
    name: same('GMX'),
    domains: ['gmx.com', 'gmx.co.uk', 'gmx.us'],
    servers: [imap('imap.gmx.com', 'password', 'app-password')],
    webUrl: 'https://www.gmx.com/',
    steps: onlyStep(
      'In GMX open E-mail → Settings → POP3 & IMAP and enable access from other programs.',
      'GMX의 E-mail → Settings → POP3 & IMAP에서 외부 프로그램의 접속을 허용하세요.',
      'https://www.gmx.com/',
    ),
  },
  {
    id: 'web-de',
    name: same('WEB.DE'),
    domains: ['web.de', 'email.de'],
    mx: ['web.de'],
    servers: [imap('imap.web.de', 'password', 'app-password')],
    webUrl: 'https://web.de/email/',
    steps: gmxSteps('WEB.DE', 'https://hilfe.web.de/pop-imap/einschalten.html'),
  },
  {
    id: 'proton',
    name: same('Proton Mail'),
    domains: ['proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me'],
    mx: ['protonmail.ch'],
    servers: [{ protocol: 'imap', host: '127.0.0.1', port: 1143, security: 'starttls', signIn: ['app-password'] }],
    webUrl: 'https://mail.proton.me/',
    steps: [
      step(
        'Install Proton Mail Bridge on this computer (it needs a paid plan), and sign in there.',
        '이 컴퓨터에 Proton Mail Bridge(유료 요금제 필요)를 설치하고 로그인하세요.',
        'https://proton.me/mail/bridge',
      ),
      step(
        `Take the password from Bridge’s mailbox details ${TYPE_IT_HERE.en} Its certificate is its own: compare the fingerprint once.`,
        `Bridge의 메일박스 정보에 나오는 비밀번호를 ${TYPE_IT_HERE.ko} Bridge는 자체 인증서를 쓰므로 지문을 한 번 확인합니다.`,
      ),
    ],
  },
  {
    id: 'mail-ru',
    name: same('Mail.ru'),
    domains: ['mail.ru', 'inbox.ru', 'list.ru', 'bk.ru', 'internet.ru'],
    mx: ['mail.ru'],
    servers: [imap('imap.mail.ru', 'app-password')],
    webUrl: 'https://e.mail.ru/inbox/',
    steps: onlyStep(
      `In your Mail.ru account open Security → Passwords for external applications (“Пароли для внешних приложений”), make one, ${TYPE_IT_HERE.en}`,
      `Mail.ru 계정의 보안 → 외부 앱 비밀번호(‘Пароли для внешних приложений’)에서 비밀번호를 만들어 ${TYPE_IT_HERE.ko}`,
      'https://account.mail.ru/user/2-step-auth/passwords/',
    ),
  },
  {
    id: 'yandex',
    name: same('Yandex Mail'),
    domains: ['yandex.com', 'yandex.ru', 'ya.ru', 'yandex.by', 'yandex.kz', 'yandex.ua', 'narod.ru'],
    mx: ['yandex.net', 'yandex.ru'],
    servers: [imap('imap.yandex.com', 'app-password')],
    webUrl: 'https://mail.yandex.com/',
    steps: [
      step(
        'In Yandex Mail open Settings → Email clients, and allow IMAP with app passwords.',
        'Yandex Mail의 Settings → Email clients에서 앱 비밀번호를 쓰는 IMAP을 허용하세요.',
        'https://mail.yandex.com/#setup/client',
      ),
      step(
        `In your Yandex ID make an app password for mail, ${TYPE_IT_HERE.en}`,
        `Yandex ID에서 메일용 앱 비밀번호를 만들어 ${TYPE_IT_HERE.ko}`,
        'https://id.yandex.com/security/app-passwords',
      ),
    ],
  },
  {
    id: 'qq',
    name: { en: 'QQ Mail', ko: 'QQ 메일' },
    domains: ['qq.com', 'foxmail.com', 'vip.qq.com'],
    servers: [imap('imap.qq.com', 'app-password')],
    webUrl: 'https://mail.qq.com/',
    steps: onlyStep(
      `In QQ Mail open Settings → Account (“设置 → 账号”), switch on IMAP/SMTP, get the authorization code (“授权码”), ${TYPE_IT_HERE.en}`,
      `QQ 메일의 설정 → 계정(‘设置 → 账号’)에서 IMAP/SMTP를 켜고 인증 코드(‘授权码’)를 받아 ${TYPE_IT_HERE.ko}`,
      'https://mail.qq.com/',
    ),
  },
  {
    id: 'qq-exmail',
    name: { en: 'Tencent Exmail', ko: '텐센트 기업 메일' },
    mx: ['mxbiz1.qq.com', 'mxbiz2.qq.com'],
    servers: [imap('imap.exmail.qq.com', 'app-password', 'password')],
    webUrl: 'https://exmail.qq.com/',
    steps: onlyStep(
      'In Exmail open Settings and switch on IMAP/SMTP; with secure login, use a client password (“客户端专用密码”).',
      'Exmail 설정에서 IMAP/SMTP를 켜고, 보안 로그인을 쓴다면 클라이언트 전용 비밀번호(‘客户端专用密码’)를 입력하세요.',
      'https://exmail.qq.com/',
    ),
  },
  ...(['163', '126'] as const).map((number): ProviderRow => ({
    id: `netease-${number}`,
    name: { en: `NetEase ${number}`, ko: `넷이즈 ${number}` },
    domains: [`${number}.com`],
    servers: [imap(`imap.${number}.com`, 'app-password')],
    webUrl: `https://mail.${number}.com/`,
    steps: onlyStep(
      `In the mailbox open Settings → POP3/SMTP/IMAP (“设置”), switch on IMAP, get the authorization code (“授权码”), ${TYPE_IT_HERE.en}`,
      `메일의 설정(‘设置’) → POP3/SMTP/IMAP에서 IMAP을 켜고 인증 코드(‘授权码’)를 받아 ${TYPE_IT_HERE.ko}`,
      `https://mail.${number}.com/`,
    ),
  })),
  {
    id: 't-online',
    name: same('T-Online'),
    domains: ['t-online.de', 'magenta.de'],
    servers: [imap('secureimap.t-online.de', 'app-password')],
    webUrl: 'https://email.t-online.de/',
    steps: onlyStep(
      `In Telekom’s customer centre make a password for e-mail programs (“Passwort für E-Mail-Programme”), ${TYPE_IT_HERE.en}`,
      `텔레콤 고객센터에서 메일 프로그램용 비밀번호(‘Passwort für E-Mail-Programme’)를 만들어 ${TYPE_IT_HERE.ko}`,
      'https://email.t-online.de/',
    ),
  },
  {
    id: 'posteo',
    name: same('Posteo'),
    domains: ['posteo.de', 'posteo.net', 'posteo.org', 'posteo.eu', 'posteo.at', 'posteo.ch', 'posteo.com', 'posteo.me'],
    servers: [imap('posteo.de', 'password')],
    webUrl: 'https://posteo.de/',
  },
  {
    id: 'mailbox-org',
    name: same('mailbox.org'),
    domains: ['mailbox.org', 'secure.mailbox.org'],
    mx: ['mailbox.org'],
    servers: [imap('imap.mailbox.org', 'password', 'app-password')],
    webUrl: 'https://login.mailbox.org/',
    steps: onlyStep(
      'With two-factor authentication, make an application password in the settings of mailbox.org and type it here.',
      '2단계 인증을 쓴다면 mailbox.org 설정에서 앱 비밀번호를 만들어 여기에 입력하세요.',
      'https://login.mailbox.org/',
    ),
  },
  {
    id: 'tuta',
    name: same('Tuta'),
    domains: ['tuta.com', 'tuta.io', 'tutanota.com', 'tutanota.de', 'tutamail.com', 'keemail.me'],
    mx: ['tutanota.de'],
    servers: [],
    webUrl: 'https://app.tuta.com/',
    refusal: {
      en: 'Tuta lets no other program read a mailbox: it has neither IMAP nor anything like it, so it cannot be counted.',
      ko: 'Tuta는 IMAP 같은 방식으로 다른 프로그램이 편지함을 읽는 것을 허용하지 않아, 메일을 셀 수 없습니다.',
    },
  },
]

export const PROVIDERS: readonly Provider[] = rows.map((row) => Object.assign({}, DEFAULTS, row))
