/**
 * Pure: why Chromium's sandbox does not work on this Linux machine, and the command that lets it work.
 * https://chromium.googlesource.com/chromium/src/+/main/docs/security/apparmor-userns-restrictions.md
 */

/** The content of a file; null if it does not exist. */
export type ReadText = (path: string) => string | null

/** Files that container engines create: Docker, Podman, LXC and systemd-nspawn. */
const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv', '/run/systemd/container', '/dev/lxc/console']

/** Settings of the kernel that forbid user namespaces: Ubuntu's, Debian's, and Linux' own. */
const SETTINGS: readonly { readonly name: string; readonly forbids: string; readonly allows: string }[] = [
  { name: 'kernel.apparmor_restrict_unprivileged_userns', forbids: '1', allows: '0' },
  { name: 'kernel.unprivileged_userns_clone', forbids: '0', allows: '1' },
  { name: 'user.max_user_namespaces', forbids: '0', allows: '15000' },
]

/**
 * @param helper the path of `chrome-sandbox`, which works without user namespaces if root owns it, its SUID bit is set, and its
 *   path has no blanks, at which Chromium would cut it (electron#44414)
 * @returns one line
 */
export function sandboxRemedy(readText: ReadText, helper: string): string {
  if (CONTAINER_FILES.some((path) => readText(path) !== null))
    return 'This container forbids user namespaces; a seccomp profile that allows `clone` and `unshare` turns the sandbox on.'
  const setting = SETTINGS.find(({ name, forbids }) => readText(`/proc/sys/${name.replace('.', '/')}`)?.trim() === forbids)
  if (!setting && helper.includes(' '))
    return "This system forbids user namespaces, and Chromium's own helper does not start from a path with blanks; move this folder to a path without them."
  if (!setting) return `This system forbids user namespaces; \`${suidCommand(helper)}\` turns the sandbox on.`
  const command = `sudo sysctl ${setting.name}=${setting.allows}`
  const profile = setting.name.includes('apparmor') ? ', and so does an AppArmor profile ("Linux sandbox" in README.md)' : ''
  return `This system restricts user namespaces; \`${command}\` turns the sandbox on${profile}.`
}

/** In single quotes, as for a shell. */
const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`)

const suidCommand = (helper: string): string => `sudo chown root ${quoted(helper)} && sudo chmod 4755 ${quoted(helper)}`
