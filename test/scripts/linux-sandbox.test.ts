import { expect, it } from 'vitest'
import { sandboxRemedy } from '../../scripts/linux-sandbox.ts'

const APPARMOR = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns'
const CLONE = '/proc/sys/kernel/unprivileged_userns_clone'
const MAXIMUM = '/proc/sys/user/max_user_namespaces'

it.each<[string, Record<string, string>, string]>([
  [
    'Ubuntu 23.10 or later',
    { [APPARMOR]: '1\n', [CLONE]: '1\n', [MAXIMUM]: '127000\n' },
    'This system restricts user namespaces; `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0` turns the sandbox on, and so does an AppArmor profile ("Linux sandbox" in README.md).',
  ],
  [
    'an older Debian',
    { [CLONE]: '0\n', [MAXIMUM]: '30000\n' },
    'This system restricts user namespaces; `sudo sysctl kernel.unprivileged_userns_clone=1` turns the sandbox on.',
  ],
  [
    'a hardened kernel',
    { [CLONE]: '1\n', [MAXIMUM]: '0\n' },
    'This system restricts user namespaces; `sudo sysctl user.max_user_namespaces=15000` turns the sandbox on.',
  ],
  [
    'Docker on Ubuntu, where a container cannot change the kernel',
    { '/.dockerenv': '', [APPARMOR]: '1\n' },
    'This container forbids user namespaces; a seccomp profile that allows `clone` and `unshare` turns the sandbox on.',
  ],
  [
    'Podman',
    { '/run/.containerenv': 'engine="podman-5.2"\n' },
    'This container forbids user namespaces; a seccomp profile that allows `clone` and `unshare` turns the sandbox on.',
  ],
  [
    'a kernel without user namespaces',
    {},
    "This system forbids user namespaces; `sudo chown root '/home/김/chrome-sandbox' && sudo chmod 4755 '/home/김/chrome-sandbox'` turns the sandbox on.",
  ],
])('names the remedy of %s', (_system, files, remedy) => {
  expect(sandboxRemedy((path) => files[path] ?? null, '/home/김/chrome-sandbox')).toBe(remedy)
})

it('does not advise a helper that Chromium cannot start', () => {
  expect(sandboxRemedy(() => null, '/home/kim lee/chrome-sandbox')).toBe(
    "This system forbids user namespaces, and Chromium's own helper does not start from a path with blanks; move this folder to a path without them.",
  )
})
