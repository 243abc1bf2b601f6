/** Debian's Firefox, driven by playwright-core over WebDriver BiDi, for the specs of the page that also run in Firefox. */
import { type Browser, type BrowserContextOptions, firefox } from 'playwright-core'
import { pathOf } from '../parts.ts'

/** Sends whatever is not for this machine to a proxy that does not exist, also what Firefox itself wants to fetch. */
const NO_TRAFFIC = {
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
  'network.proxy.allow_bypass': false,
  'network.proxy.failover_direct': false,
}

/** Fine, and able to hover: without a screen, Firefox finds no pointer. */
const MOUSE = { 'ui.primaryPointerCapabilities': 6, 'ui.allPointerCapabilities': 6 }

export interface FirefoxOptions {
  /** Host names that lead to this machine. */
  readonly hosts?: readonly string[]
  /** Those that the protocol cannot set, and preferences of the browser can. */
  readonly emulate?: Pick<BrowserContextOptions, 'colorScheme' | 'reducedMotion'>
}

/** A browser with a temporary profile, whose contexts share nothing. */
export async function launchFirefox({ hosts = [], emulate = {} }: FirefoxOptions = {}): Promise<Browser> {
  const { colorScheme = 'light', reducedMotion } = emulate
  const browser = await firefox.launch({
    channel: 'moz-firefox',
    executablePath: pathOf('firefox'),
    headless: true,
    firefoxUserPrefs: {
      ...NO_TRAFFIC,
      ...MOUSE,
      'network.dns.localDomains': hosts.join(),
      'network.proxy.no_proxies_on': hosts.join(),
      'layout.css.prefers-color-scheme.content-override': colorScheme === 'dark' ? 0 : 1,
      'ui.prefersReducedMotion': reducedMotion === 'reduce' ? 1 : 0,
    },
  })
  answerMediaFeatures(browser)
  return browser
}

interface Message {
  readonly id: number
  readonly method: string
}
interface Transport {
  send(message: Message): void
  onmessage(answer: object): void
}

/**
 * Answers the one command that playwright-core sends for every context and that this Firefox lacks. Fails if playwright-core
 * has changed inside; it is pinned.
 */
function answerMediaFeatures(browser: Browser): void {
  const { _connection: client } = browser as unknown as {
    readonly _connection: { toImpl(browser: Browser): { readonly _connection: { readonly _transport: Transport } } }
  }
  const transport = client.toImpl(browser)._connection._transport
  const send = transport.send.bind(transport)
  transport.send = (message) => {
    if (message.method === 'emulation.setMediaFeaturesOverride')
      queueMicrotask(() => transport.onmessage({ type: 'success', id: message.id, result: {} }))
    else send(message)
  }
}
