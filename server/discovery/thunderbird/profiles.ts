/**
 * Pure: where Thunderbird's profiles are. https://support.mozilla.org/kb/profiles-where-thunderbird-stores-user-data
 * Betterbird uses the same places.
 */
import type { PlatformPath } from 'node:path'

export interface Machine {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/** Ids on Flathub, in the order in which they were introduced. */
const FLATPAKS = ['org.mozilla.Thunderbird', 'org.mozilla.thunderbird', 'net.thunderbird.Thunderbird', 'eu.betterbird.Betterbird']

/** The folders that may hold a `profiles.ini`. */
export function placesOf({ platform, env, home }: Machine, { join }: Pick<PlatformPath, 'join'>): readonly string[] {
  if (platform === 'darwin') return [join(home, 'Library', 'Thunderbird')]
  if (platform === 'win32') return [join(env['APPDATA'] || join(home, 'AppData', 'Roaming'), 'Thunderbird')]
  return [
    join(home, '.thunderbird'),
    ...FLATPAKS.map((id) => join(home, '.var', 'app', id, '.thunderbird')),
    join(home, 'snap', 'thunderbird', 'common', '.thunderbird'),
  ]
}

export interface ProfilePath {
  readonly path: string
  /** To the folder of `profiles.ini`. */
  readonly isRelative: boolean
}

/** The profiles, those first that an installed Thunderbird opens by default. */
export function profilesOf(profilesIni: string, installsIni: string): readonly ProfilePath[] {
  const sections = sectionsOf(profilesIni)
  const profiles = sections.flatMap(({ name, keys }) => {
    const path = keys.get('Path')
    return /^Profile\d+$/i.test(name) && path
      ? [{ path, isRelative: keys.get('IsRelative') !== '0', isDefault: keys.get('Default') === '1' }]
      : []
  })
  const installs = [...sections.filter(({ name }) => name.startsWith('Install')), ...sectionsOf(installsIni)]
  const opened = new Set(installs.map(({ keys }) => keys.get('Default')))
  const rank = ({ path, isDefault }: (typeof profiles)[number]): number => (opened.has(path) ? 0 : isDefault ? 1 : 2)
  return profiles.toSorted((a, b) => rank(a) - rank(b))
}

function sectionsOf(ini: string): readonly { readonly name: string; readonly keys: ReadonlyMap<string, string> }[] {
  const sections: { readonly name: string; readonly keys: Map<string, string> }[] = []
  for (const line of ini.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const name = /^\s*\[([^\]]*)\]\s*$/.exec(line)?.[1]
    const at = line.indexOf('=')
    if (name !== undefined) sections.push({ name, keys: new Map() })
    else if (at > 0) sections.at(-1)?.keys.set(line.slice(0, at).trim(), line.slice(at + 1).trim())
  }
  return sections
}
