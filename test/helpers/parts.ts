/** Programs that are not npm packages. A test that needs a missing one is skipped with a warning, or fails if CI is set. */
import { existsSync, readdirSync } from 'node:fs'

const found = (paths: readonly string[]): string | null => paths.find((path) => existsSync(path)) ?? null

/** PostgreSQL's servers in Debian's layout, newest first. */
function postgresPrograms(): readonly string[] {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  return readdirSync(root)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => `${root}/${version}/bin/postgres`)
}

const parts = {
  appstreamcli: () => found(['/usr/bin/appstreamcli']),
  apache2: () => found(['/usr/sbin/apache2']),
  chromium: () => found([process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium']),
  firefox: () => found([process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr']),
  // Cyrus' imapd package conflicts with Dovecot's; see .ci/setup.
  cyrus: () => (found(['/usr/lib/cyrus/bin/imapd']) === null ? null : found(['/usr/lib/cyrus/bin/master'])),
  'dbus-daemon': () => found(['/usr/bin/dbus-daemon']),
  'desktop-file-edit': () => found(['/usr/bin/desktop-file-edit']),
  'desktop-file-validate': () => found(['/usr/bin/desktop-file-validate']),
  'dpkg-deb': () => found(['/usr/bin/dpkg-deb']),
  dovecot: () => found(['/usr/sbin/dovecot']),
  'flatpak-builder': () => found(['/usr/bin/flatpak-builder']),
  lintian: () => found(['/usr/bin/lintian']),
  makepkg: () => found(['/usr/bin/makepkg']),
  postgres: () => found([...postgresPrograms(), '/usr/local/bin/postgres', '/opt/homebrew/bin/postgres']),
  mariadb: () => found(['/usr/sbin/mariadbd', '/usr/bin/mariadbd', '/opt/homebrew/bin/mariadbd']),
  gdbus: () => found(['/usr/bin/gdbus']),
  'notify-send': () => found(['/usr/bin/notify-send']),
  openssl: () => found(['/usr/bin/openssl']),
  php: () => found(['/usr/bin/php', '/opt/homebrew/bin/php']),
  python3: () => found(['/usr/bin/python3', '/opt/homebrew/bin/python3']),
  ruby: () => found(['/usr/bin/ruby']),
  script: () => found(['/usr/bin/script']),
  redis: () => found(['/usr/bin/redis-server', '/usr/bin/valkey-server', '/opt/homebrew/bin/redis-server']),
  'xdg-mime': () => found(['/usr/bin/xdg-mime']),
  nginx: () => found(['/usr/sbin/nginx']),
  slowhttptest: () => found(['/usr/bin/slowhttptest', '/opt/homebrew/bin/slowhttptest']),
}
export type Part = keyof typeof parts

/** The part that shows the page: Chromium, or Firefox in the project `firefox` of vitest.config.ts. */
export const browserName = process.env['TEST_BROWSER'] === 'firefox' ? 'firefox' : 'chromium'

/** The path of a part's program. @throws Error if it is not installed */
export function pathOf(part: Part): string {
  const path = parts[part]()
  if (path === null) throw new Error(`${part} is not installed.`)
  return path
}

/** For `describe.runIf(needs('dovecot'))`: false, with a warning, if the part is missing outside CI. */
export function needs(part: Part): boolean {
  return process.env['CI'] === 'true' || has(part)
}

/** As `needs`, for the parts that `.ci/setup` leaves out for their size: false, with a warning, also in CI. */
export function has(part: Part): boolean {
  if (parts[part]() !== null) return true
  console.warn(`Skipped: ${part} is not installed.`)
  return false
}
