/** The Debian packages: the recipes that repack the desktop's, and that of the headless server. */
import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { has, needs, pathOf } from '../helpers/parts.ts'
import { type TemporaryFolder, temporaryFolder } from '../helpers/tmp.ts'

const root = join(import.meta.dirname, '../..')
const readText = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8')
const { version, desktopName }: { version: string; desktopName: string } = JSON.parse(readText(root, 'package.json'))
const builder: { appId: string; deb: { fpm: string[] } } = parse(readText(root, 'electron-builder.yml'))
const HOMEPAGE = 'https://example.org/owner/mailbell'

describe.runIf(needs('desktop-file-edit'))('a recipe that repacks the desktop’s Debian package', () => {
  let work: TemporaryFolder
  const tree = (path = ''): string => join(work.path, 'tree', path)
  beforeEach(async () => {
    work = await temporaryFolder()
    // What the packager puts into it, without Electron.
    for (const file of ['opt/Mailbell/mailbell', 'opt/Mailbell/chrome-sandbox', 'opt/Mailbell/resources/LICENSE']) placeFile(file)
    placeFile(`usr/share/applications/${desktopName}`, '[Desktop Entry]\nType=Application\nName=Mailbell\nExec=/opt/Mailbell/mailbell %U\n')
    for (const [from = '', to = ''] of builder.deb.fpm.map((pair) => pair.split('='))) placeFile(to, readFileSync(join(root, from)))
  })
  afterEach(() => work.remove())

  function placeFile(path: string, content: string | Buffer = ''): void {
    mkdirSync(dirname(tree(path)), { recursive: true })
    writeFileSync(tree(path), content)
  }
  const filesIn = (folderPath: string): string[] =>
    globSync('**/*', { cwd: folderPath, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folderPath, join(entry.parentPath, entry.name)))
      .toSorted()
  const shared = (): string[] => filesIn(tree()).filter((file) => file.startsWith('usr/share/'))

  test('for Flatpak takes its program, entry, description and icons', () => {
    writeFileSync(tree('mailbell.sh'), '')
    const recipe = readText(root, `packaging/flatpak/${builder.appId}.yml`)
    const { modules }: { modules: { 'build-commands': string[] }[] } = parse(recipe)
    const [unpack, ...commands] = modules.flatMap((module) => module['build-commands'])
    expect(unpack).toBe('ar x mailbell.deb && tar -xf data.tar.*')
    const app = join(work.path, 'app')
    mkdirSync(app)
    const wanted = shared().map((file) => file.replace(/^usr\//, ''))
    const script = commands.join('\n').replaceAll('/app/', `${app}/`)
    execFileSync('sh', ['-ec', script], { cwd: tree(), env: { ...process.env, FLATPAK_ID: builder.appId } })
    expect(filesIn(app)).toEqual(expect.arrayContaining(['bin/mailbell', 'mailbell/mailbell', ...wanted]))
    expect(readText(app, 'share/applications', desktopName)).toContain('\nExec=mailbell %U\n')
  })

  test('for Arch Linux takes all files, and makes the command and the sandbox', () => {
    const target = join(work.path, 'package')
    mkdirSync(target)
    execFileSync('tar', ['-czf', join(work.path, 'data.tar.gz'), '-C', tree(), '.'])
    const script = `source '${join(root, 'packaging/aur/PKGBUILD')}'; pkgdir='${target}'; package`
    execFileSync('bash', ['-ec', script], { cwd: work.path, stdio: ['ignore', 'pipe', 'pipe'] })
    expect(filesIn(target)).toEqual(expect.arrayContaining(['usr/bin/mailbell', 'usr/share/licenses/mailbell-bin/LICENSE', ...shared()]))
    expect(statSync(join(target, 'opt/Mailbell/chrome-sandbox')).mode & 0o7777).toBe(0o4755)
  })
})

describe.runIf(needs('dpkg-deb'))('the Debian package of the headless server', () => {
  let built: TemporaryFolder
  let deb: string
  beforeAll(async () => {
    built = await temporaryFolder({ open: true })
    execFileSync(process.execPath, [join(root, 'scripts/server-deb.ts'), built.path, HOMEPAGE])
    deb = join(built.path, `mailbell-server_${version}_all.deb`)
  })
  afterAll(() => built.remove())

  test('contains a command that runs, its unit and its manual', () => {
    const tree = join(built.path, 'tree')
    execFileSync('dpkg-deb', ['--extract', deb, tree])
    const output = execFileSync(process.execPath, [join(tree, 'usr/bin/mailbell'), '--version'], { encoding: 'utf8' })
    expect(output.trim()).toBe(version)
    for (const file of [
      'usr/lib/systemd/system/mailbell.service',
      'usr/share/man/man1/mailbell.1.gz',
      'usr/share/doc/mailbell-server/copyright',
    ])
      expect(globSync(file, { cwd: tree })).toHaveLength(1)
  })

  test('depends on the Node that the build runs on', () => {
    const [, wanted = ''] = /nodejs \(>= (\d+)\)/.exec(execFileSync('dpkg-deb', ['--field', deb, 'Depends'], { encoding: 'utf8' })) ?? []
    expect(wanted).toBe(
      readText(root, '.nvmrc')
        .trim()
        .replace(/^v?(\d+).*$/s, '$1'),
    )
  })

  test('restarts the server at an upgrade only, ends it at a removal, and removes its data at a purge only', () => {
    const control = join(built.path, 'control')
    execFileSync('dpkg-deb', ['--control', deb, control])
    const system = join(built.path, 'system')
    for (const path of ['bin', 'run/systemd/system', 'var/lib/private/mailbell/secrets']) mkdirSync(join(system, path), { recursive: true })
    for (const program of ['systemctl', 'deb-systemd-invoke'])
      writeFileSync(join(system, 'bin', program), `#!/bin/sh\necho ${program} "$@" >> '${system}/calls'\n`, { mode: 0o755 })
    const env = { PATH: `${join(system, 'bin')}:${process.env['PATH'] ?? ''}` }
    /** What a script of the package does to the system, in a folder of ours. */
    function callsOf(script: string, ...args: readonly string[]): readonly string[] {
      writeFileSync(join(system, 'calls'), '')
      const text = readText(control, script).replaceAll(/(?<= )\/(?=run|var|etc)/g, `${system}/`)
      execFileSync('sh', ['-c', text, script, ...args], { env })
      return readText(system, 'calls').split('\n').slice(0, -1)
    }
    const reload = 'systemctl --system daemon-reload'
    expect(callsOf('postinst', 'configure', '')).toEqual([reload])
    expect(callsOf('prerm', 'upgrade', '0.2.0')).toEqual([])
    expect(callsOf('postrm', 'upgrade', '0.2.0')).toEqual([reload])
    expect(callsOf('postinst', 'configure', '0.1.0')).toEqual([reload, 'deb-systemd-invoke try-restart mailbell.service'])
    expect(callsOf('prerm', 'remove')).toEqual(['deb-systemd-invoke stop mailbell.service'])
    expect(callsOf('postrm', 'remove')).toEqual([reload])
    expect(globSync('var/lib/private/*', { cwd: system })).toEqual([join('var', 'lib', 'private', 'mailbell')])
    callsOf('postrm', 'purge')
    expect(globSync('var/lib/private/*', { cwd: system })).toEqual([])
  })

  test.runIf(has('lintian'))('has no errors for lintian', () => {
    // Who publishes it signs with an address and a changelog of their own.
    const ignored = 'malformed-contact,no-changelog'
    const { stdout } = spawnSync(pathOf('lintian'), ['--allow-root', '--fail-on', 'none', '--suppress-tags', ignored, deb], {
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })
})
