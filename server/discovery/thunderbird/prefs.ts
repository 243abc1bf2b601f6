/** Pure: what `prefs.js` of a profile says about accounts. No other setting is kept, and passwords are in other files. */
const WANTED =
  /^mail\.(?:accountmanager\.(?:accounts|defaultaccount)|account\.\w+\.(?:server|identities)|identity\.\w+\.useremail|server\.\w+\.(?:type|(?:real)?hostname|port|socketType|(?:real)?userName|authMethod|oauth2\.issuer|directory|directory-rel|storeContractID|check_all_folders_for_new))$/
const BEGINNING = /^user_pref\("([\w.-]+)",/
const END = /\) ?;$/
/** Longer ones are not about accounts. */
const MAX_LINE = 4_000

export type Preferences = ReadonlyMap<string, string>

export function parsePreferences(text: string): Preferences {
  const preferences = new Map<string, string>()
  for (const whole of text.split('\n')) {
    const line = whole.trim()
    const [beginning = '', name = ''] = BEGINNING.exec(line) ?? []
    if (!WANTED.test(name) || line.length > MAX_LINE || !END.test(line)) continue
    const value = valueOf(line.slice(beginning.length).replace(END, '').trim())
    if (value !== null) preferences.set(name, value)
  }
  return preferences
}

const ESCAPE = /\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gi
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r' }

/** Of a string, an integer or a boolean as text; null for anything else. */
function valueOf(literal: string): string | null {
  if (/^(?:-?\d{1,12}|true|false)$/.test(literal)) return literal
  const [, quoted] = /^"([^"\\]*(?:\\.[^"\\]*)*)"$/.exec(literal) ?? []
  if (quoted === undefined) return null
  return quoted.replaceAll(ESCAPE, (_, unicode?: string, byte?: string, char?: string) =>
    char === undefined ? String.fromCharCode(Number.parseInt(unicode ?? byte ?? '', 16)) : (CONTROLS[char] ?? char),
  )
}
