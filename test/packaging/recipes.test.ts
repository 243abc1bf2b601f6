/** The recipes of package managers, filled in as the workflow does for a release, each checked by its own tool. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { has, needs, pathOf } from '../helpers/parts.ts'
import { type TemporaryFolder, temporaryFolder } from '../helpers/tmp.ts'

const root = join(import.meta.dirname, '../..')
const readText = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8')
const HOMEPAGE = 'https://example.org/owner/mailbell'
const { version }: { version: string } = JSON.parse(readText(root, 'package.json'))
const builder: {
  appId: string
  productName: string
  mac: { artifactName: string }
  nsis: { artifactName: string; perMachine: boolean }
  protocols: { schemes: string[] }[]
} = parse(readText(root, 'electron-builder.yml'))

/** As electron-builder names the files; a deb has Debian's form of name by default. */
const named = (pattern: string, ext: string, arch = ''): string =>
  pattern.replaceAll(/\$\{(\w+)\}/g, (_all, key: string) => ({ productName: builder.productName, version, arch, ext })[key] ?? '')
const setup = named(builder.nsis.artifactName, 'exe')
const dmgs = ['x64', 'arm64'].map((arch) => named(builder.mac.artifactName, 'dmg', arch))
const debs = ['amd64', 'arm64'].map((arch) => `mailbell_${version}_${arch}.deb`)
const addressOf = (file: string): string => `${HOMEPAGE}/releases/download/v${version}/${file}`
const sumOf = (file: string): string => createHash('sha256').update(file).digest('hex')

let folder: TemporaryFolder
const at = (path: string): string => join(folder.path, path)

/** Runs the workflow's step in a folder with `files` as the packages. */
function runStep(inFolder: string, files: readonly string[]): { status: number | null; output: string } {
  mkdirSync(join(inFolder, 'release'))
  for (const name of ['scripts', 'package.json']) symlinkSync(join(root, name), join(inFolder, name))
  for (const file of files) writeFileSync(join(inFolder, 'release', file), file)
  const { jobs }: { jobs: { release: { steps: { name?: string; run?: string }[] } } } = parse(readText(root, '.github/workflows/ci.yml'))
  const script = jobs.release.steps.find(({ name }) => name === 'Write the checksums and recipes')?.run ?? ''
  const env = {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
    GITHUB_SERVER_URL: 'https://example.org',
    GITHUB_REPOSITORY: 'owner/mailbell',
    GITHUB_REF_NAME: `v${version}`,
  }
  // Without a standard input, which bash could take for a login over the network.
  const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
    cwd: inFolder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { status, output: `${stdout}${stderr}` }
}

describe.skipIf(process.platform === 'win32')('the recipes of a release', () => {
  beforeAll(async () => {
    folder = await temporaryFolder({ open: true })
    expect(runStep(folder.path, [setup, ...dmgs, ...debs])).toEqual({ status: 0, output: '' })
    execFileSync('tar', ['-xzf', at('release/recipes.tar.gz'), '-C', folder.path])
  })
  afterAll(() => folder.remove())

  test('are all files of the folders in packaging/, without a placeholder', () => {
    const list = (base: string): string[] => globSync('{aur,flatpak,homebrew,winget}/{*,.SRCINFO}', { cwd: base }).toSorted()
    expect(list(at('recipes'))).toEqual(list(join(root, 'packaging')))
    for (const file of list(at('recipes'))) expect(readText(at('recipes'), file), file).not.toMatch(/\{\{|\}\}/)
  })

  test('are not written for a release that lacks a package', async () => {
    const other = await temporaryFolder()
    try {
      const { status, output } = runStep(other.path, [setup, ...dmgs.slice(1), ...debs])
      expect([status, output]).toEqual([1, expect.stringContaining(`SHA256SUMS does not name ${dmgs[0] ?? ''}.`)])
    } finally {
      await other.remove()
    }
  })

  test('for winget agree with each other and with the installer', () => {
    const [main, installer, locale] = ['', '.installer', '.locale.en-US'].map((part) =>
      parse(readText(at('recipes/winget'), `Mailbell.Mailbell${part}.yaml`)),
    )
    for (const each of [main, installer, locale])
      expect(each).toMatchObject({ PackageIdentifier: 'Mailbell.Mailbell', PackageVersion: version, ManifestVersion: '1.10.0' })
    expect([main.ManifestType, installer.ManifestType, locale.ManifestType]).toEqual(['version', 'installer', 'defaultLocale'])
    expect([main.DefaultLocale, locale.PackageLocale]).toEqual(['en-US', 'en-US'])
    expect(installer).toMatchObject({ InstallerType: 'nullsoft', Scope: builder.nsis.perMachine ? 'machine' : 'user' })
    expect(installer.Protocols).toEqual(builder.protocols.flatMap(({ schemes }) => schemes))
    const file = { InstallerUrl: addressOf(setup), InstallerSha256: sumOf(setup) }
    expect(installer.Installers).toEqual(['x64', 'arm64'].map((architecture) => ({ Architecture: architecture, ...file })))
  })

  test('for Homebrew name both disk images', () => {
    const cask = readText(at('recipes/homebrew/mailbell.rb'))
    for (const dmg of dmgs) expect(cask).toContain(sumOf(dmg))
    const [, arm = '', intel = ''] = /arch arm: "(\w+)", intel: "(\w+)"/.exec(cask) ?? []
    const [, url = ''] = /url "(.+)"/.exec(cask) ?? []
    const addresses = [intel, arm].map((arch) => url.replaceAll('#{version}', version).replaceAll('#{arch}', arch))
    expect(addresses).toEqual(dmgs.map(addressOf))
    expect(cask).toContain(`quit: "${builder.appId}"`)
  })

  test.runIf(has('ruby'))('for Homebrew are valid Ruby', () => {
    expect(execFileSync(pathOf('ruby'), ['-wc', at('recipes/homebrew/mailbell.rb')], { encoding: 'utf8' })).toBe('Syntax OK\n')
  })

  test.runIf(needs('flatpak-builder'))('for Flatpak are valid, and permit the tray, notifications and the keyring but no files', () => {
    const file = `recipes/flatpak/${builder.appId}.yml`
    const manifest = JSON.parse(
      execFileSync(pathOf('flatpak-builder'), ['--show-manifest', at(file)], { cwd: at('recipes'), encoding: 'utf8' }),
    )
    expect(manifest.id).toBe(builder.appId)
    const granted: string[] = manifest['finish-args']
    for (const name of [
      'org.kde.StatusNotifierWatcher',
      'org.freedesktop.Notifications',
      'org.freedesktop.secrets',
      'org.gnome.OnlineAccounts',
    ])
      expect(granted).toContain(`--talk-name=${name}`)
    expect(granted).toEqual([...new Set(granted)])
    expect(granted.filter((each) => /filesystem|session-bus|system-bus|device=all/.test(each))).toEqual([])
    const modules: { sources: { url?: string; sha256?: string }[] }[] = manifest.modules
    const downloads = modules.flatMap(({ sources }) => sources).flatMap(({ url, sha256 }) => (url === undefined ? [] : [{ url, sha256 }]))
    expect(downloads).toEqual(debs.map((deb) => ({ url: addressOf(deb), sha256: sumOf(deb) })))
  })

  test.runIf(needs('makepkg'))('for Arch Linux are valid, and .SRCINFO is what makepkg makes of PKGBUILD', () => {
    const open = at('aur')
    cpSync(at('recipes/aur'), open, { recursive: true })
    chmodSync(open, 0o777)
    // makepkg refuses to run as root, and asks for pacman even where it does not use it.
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const env = { PATH: process.env['PATH'] ?? '', HOME: open, PACMAN: 'true' }
    const info = execFileSync(pathOf('makepkg'), ['--printsrcinfo'], { cwd: open, env, encoding: 'utf8', ...user })
    expect(info.trimEnd()).toBe(readText(open, '.SRCINFO').trimEnd())
    for (const deb of debs) expect(info).toContain(`= ${sumOf(deb)}\n`)
  })
})
