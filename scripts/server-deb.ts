/**
 * `node scripts/server-deb.ts FOLDER HOMEPAGE`, after a build: writes the headless server's Debian package to FOLDER. It
 * contains the files of the npm package, the systemd unit, which is not started before there is a config, and the man page. An
 * upgrade restarts the server, and a removal ends it.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fillRecipe } from './recipe.ts'

const root = join(import.meta.dirname, '..')

const [folder, homepage] = process.argv.slice(2)
if (folder === undefined || homepage === undefined) {
  console.error('Usage: node scripts/server-deb.ts release https://example.org/owner/mailbell')
  process.exitCode = 2
} else {
  const work = mkdtempSync(join(tmpdir(), 'mailbell-deb-'))
  try {
    writePackage(folder, homepage, work)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function writePackage(target: string, page: string, work: string): void {
  const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const tree = join(work, 'tree')
  function place(path: string, write: (to: string) => void): void {
    const to = join(tree, path)
    mkdirSync(dirname(to), { recursive: true })
    write(to)
  }
  const copy = (from: string, path: string): void => place(path, (to) => cpSync(join(root, from), to))

  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', work], { cwd: root, stdio: 'ignore' })
  execFileSync('tar', ['-xzf', join(work, `mailbell-${version}.tgz`), '-C', work])
  place('usr/lib/mailbell', (to) => renameSync(join(work, 'package'), to))
  place('usr/bin/mailbell', (to) => symlinkSync('../lib/mailbell/dist/server/cli/main.js', to))
  copy('packaging/mailbell.service', 'usr/lib/systemd/system/mailbell.service')
  copy('LICENSE', 'usr/share/doc/mailbell-server/copyright')
  const manual = gzipSync(readFileSync(join(root, 'dist/man/mailbell.1')), { level: 9 })
  place('usr/share/man/man1/mailbell.1.gz', (to) => writeFileSync(to, manual))
  const release = { version, date: '', homepage: page, checksums: new Map<string, string>() }
  const control = fillRecipe(readFileSync(join(root, 'packaging/debian/control'), 'utf8'), release)
  place('DEBIAN/control', (to) => writeFileSync(to, control))
  // Independent of the umask.
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', tree])
  chmodSync(join(tree, 'usr/lib/mailbell/dist/server/cli/main.js'), 0o755)
  for (const name of ['postinst', 'prerm', 'postrm']) {
    copy(`packaging/debian/${name}`, `DEBIAN/${name}`)
    chmodSync(join(tree, 'DEBIAN', name), 0o755)
  }
  mkdirSync(target, { recursive: true })
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', tree, join(target, `mailbell-server_${version}_all.deb`)], { stdio: 'ignore' })
}
