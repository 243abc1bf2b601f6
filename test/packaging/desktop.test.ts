/** The configuration of the desktop packages, validated by electron-builder. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { APP_ID } from '../../main/system/app-id.ts'
import { needs, pathOf } from '../helpers/parts.ts'
import { temporaryFolder } from '../helpers/tmp.ts'

const root = join(import.meta.dirname, '../..')
const readPackageJson = (): { desktopName: string; version: string } => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const load = createRequire(import.meta.url)
type Targets = { readonly target?: { target: string; arch: string[] }[] }
const config: Record<'linux' | 'mac' | 'win', Targets> & { readonly protocols: unknown; readonly electronFuses: object } = parse(
  readFileSync(join(root, 'electron-builder.yml'), 'utf8'),
)
const builder: { validateConfiguration(config: object, log: { isEnabled: boolean; add(): void }): Promise<void> } = load(
  join(root, 'node_modules/app-builder-lib/out/util/config/config.js'),
)
interface LinuxPackager {
  readonly appInfo: { computePackageUrl(): Promise<string | null> }
  readonly platformSpecificBuildOptions: { readonly maintainer?: string }
}
const { Packager }: { Packager: new (options: object) => { validateConfig(): Promise<void> } } = load('app-builder-lib')
const {
  LinuxTargetHelper,
}: {
  LinuxTargetHelper: new (packager: LinuxPackager) => {
    computeDesktopEntry(options: object): Promise<string>
    getDesktopFileName(): string
  }
} = load(join(root, 'node_modules/app-builder-lib/out/targets/LinuxTargetHelper.js'))
const log = { isEnabled: false, add: () => undefined }

test('is valid for electron-builder', async () => {
  await expect(builder.validateConfiguration(structuredClone(config), log)).resolves.toBeUndefined()
  await expect(builder.validateConfiguration({ ...structuredClone(config), linux: { tarjet: 'deb' } }, log)).rejects.toThrow(
    /configuration\.linux/,
  )
})

test.each([
  ['linux', { AppImage: ['x64', 'arm64'], deb: ['x64', 'arm64'], rpm: ['x64', 'arm64'] }],
  ['mac', { dmg: ['x64', 'arm64'], zip: ['x64', 'arm64'] }],
  ['win', { nsis: ['x64', 'arm64'], portable: ['x64'] }],
] as const)('has a package of each kind for %s', (system, targets) => {
  const made = Object.fromEntries((config[system]?.target ?? []).map(({ target, arch }) => [target, arch]))
  expect(made).toEqual(targets)
})

test('registers the links of invitations', () => {
  expect(config.protocols).toEqual([{ name: 'Mailbell', schemes: ['mailbell'] }])
})

test('signs the macOS packages again once their fuses are set, without a certificate', async () => {
  const all = new Packager({ projectDir: root, config: { electronVersion: '1.0.0' }, targets: new Map() })
  await all.validateConfig()
  const { LinuxPackager } = load(join(root, 'node_modules/app-builder-lib/out/linuxPackager.js'))
  // By @electron/fuses, also in builds that electron-builder does not sign, such as those of pull requests.
  expect(await new LinuxPackager(all).generateFuseConfig(config.electronFuses)).toMatchObject({ resetAdHocDarwinSignature: true })
  const { MacTargetHelper } = load(join(root, 'node_modules/app-builder-lib/out/mac/MacTargetHelper.js'))
  expect(config.mac).toMatchObject({ identity: '-' })
  expect(MacTargetHelper.isHardenedRuntimeEnabledForSigning(false, config.mac)).toBe(false)
})

test('lets macOS show the buttons of a notification', () => {
  expect(config.mac).toMatchObject({ extendInfo: { NSUserNotificationAlertStyle: 'alert' } })
})

describe('the Linux packages of electron-builder', () => {
  // The values that electron-builder passes to its deb and rpm targets.
  const packager = async (): Promise<LinuxPackager> => {
    const all = new Packager({ projectDir: root, config: { electronVersion: '1.0.0' }, targets: new Map() })
    await all.validateConfig()
    const { LinuxPackager } = load(join(root, 'node_modules/app-builder-lib/out/linuxPackager.js'))
    return new LinuxPackager(all)
  }

  test('have the required fields of deb and rpm, from a temporary folder', async () => {
    const { appInfo, platformSpecificBuildOptions } = await packager()
    expect(await appInfo.computePackageUrl()).toBe('about:blank')
    expect(platformSpecificBuildOptions.maintainer).toBe('Mailbell contributors')
  })

  const desktopEntry = async (): Promise<string> => {
    const made = await packager()
    return await new LinuxTargetHelper(made).computeDesktopEntry(made.platformSpecificBuildOptions)
  }

  test('have one reverse-DNS name: of the app, its entry, its class and its icons', async () => {
    const { appId, deb, rpm } = config as unknown as { appId: string; deb: { fpm: string[] }; rpm: { fpm: string[] } }
    const helper = new LinuxTargetHelper(await packager())
    expect([appId, readPackageJson().desktopName, helper.getDesktopFileName()]).toEqual([APP_ID, `${APP_ID}.desktop`, APP_ID])
    const files = deb.fpm.map((pair) => pair.split('='))
    expect(rpm.fpm).toEqual(deb.fpm)
    expect(files.filter(([from = '', to = '']) => !existsSync(join(root, from)) || !to.includes(`/${APP_ID}.`))).toEqual([])
    expect(files.filter(([, to = '']) => to.startsWith('/usr/share/icons/hicolor/'))).toHaveLength(9)
  })

  test('describe the app to software centres by the same name', () => {
    const text = readFileSync(join(root, `packaging/${APP_ID}.metainfo.xml`), 'utf8')
    expect(text).toContain(`<id>${APP_ID}</id>`)
    expect(text).toContain(`<launchable type="desktop-id">${readPackageJson().desktopName}</launchable>`)
    expect(text).toContain(`<release version="${readPackageJson().version}"`)
  })

  test.runIf(needs('appstreamcli'))('have a description that passes AppStream’s validator', () => {
    const { status, stdout } = spawnSync(pathOf('appstreamcli'), ['validate', '--no-net', join(root, `packaging/${APP_ID}.metainfo.xml`)])
    expect([status, String(stdout)]).toEqual([0, expect.stringContaining('Validation was successful')])
  })

  test('have a desktop entry that opens the links and matches the window', async () => {
    const entry = await desktopEntry()
    for (const line of [
      'Name=Mailbell',
      'Exec=/opt/Mailbell/mailbell %U',
      'Icon=org.mailbell.Mailbell',
      'StartupWMClass=org.mailbell.Mailbell',
      'Comment=Shows the number of your unread emails and notifies you when it changes.',
      'MimeType=x-scheme-handler/mailbell;',
      'Categories=Network;Email;',
    ])
      expect(entry.split('\n')).toContain(line)
  })

  test.runIf(needs('desktop-file-validate'))('have a desktop entry that passes freedesktop.org’s validator', async () => {
    const folder = await temporaryFolder()
    try {
      const file = join(folder.path, `${APP_ID}.desktop`)
      writeFileSync(file, await desktopEntry())
      expect(execFileSync(pathOf('desktop-file-validate'), [file], { encoding: 'utf8' })).toBe('')
    } finally {
      await folder.remove()
    }
  })
})
