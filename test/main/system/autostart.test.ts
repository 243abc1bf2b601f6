import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAutostart } from '../../../main/system/autostart.ts'
import { formatAutostartEntry, isAutostartEntryEnabled } from '../../../main/system/desktop-entry.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const noList = {
  getLoginItemSettings: () => {
    throw new Error('Linux has no such list.')
  },
  setLoginItemSettings: () => {
    throw new Error('Linux has no such list.')
  },
}
const onLinux = (change: object = {}) =>
  createAutostart({
    app: noList,
    platform: 'linux',
    env: { XDG_CONFIG_HOME: folder.path },
    execPath: '/opt/Mailbell/mailbell',
    isPackaged: true,
    appArguments: [],
    home: join(folder.path, 'home'),
    ...change,
  })

/** Parses Exec as another program does, by the specification: first as a string, then with its own quoting. */
function commandOf(entry: string): string[] {
  const exec = /^Exec=([^\n]*)$/m.exec(entry)?.[1] ?? ''
  const STRING: Record<string, string> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' }
  const value = exec.replaceAll(/\\(.)/gs, (_whole, sign: string) => STRING[sign] ?? `\\${sign}`)
  const found: string[] = []
  let word: string | null = null
  let quotes = false
  for (let at = 0; at < value.length; at += 1) {
    const sign = value[at] ?? ''
    if (quotes && sign === '\\') word = (word ?? '') + (value[(at += 1)] ?? '')
    else if (sign === '"') {
      quotes = !quotes
      word ??= ''
    } else if (!quotes && sign === ' ') {
      if (word !== null) found.push(word)
      word = null
    } else if (sign === '%') {
      if (value[at + 1] !== '%') throw new Error('A field code.')
      word = `${word ?? ''}%`
      at += 1
    } else word = (word ?? '') + sign
  }
  if (quotes) throw new Error('An open quote.')
  return word === null ? found : [...found, word]
}

test('an entry quotes any command so that it is parsed as intended', () => {
  const argument = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed())
  const awkward = fc.constantFrom(
    '/opt/My "Apps"/a$b`c\\d 100%/mailbell',
    '--hidden',
    String.raw`C:\n\t\s`,
    "it's",
    '%F %%u',
    ' ',
    '~',
    'a\u2028b',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(argument, awkward), { minLength: 1, maxLength: 4 }), (command) => {
      expect(commandOf(formatAutostartEntry(command))).toEqual(command)
    }),
  )
})

test('a command with a line break is rejected', () => {
  expect(() => formatAutostartEntry(['/opt/a\nExec=evil'])).toThrow('control characters')
})

test.runIf(process.platform === 'linux')('a shell runs the same arguments as in Exec', async () => {
  // Inside double quotes, the specification quotes like a shell, apart from the string escapes around it.
  const said = join(folder.path, 'a "b" $HOME `id` \\ said')
  const exec = /^Exec=(.*)$/m.exec(formatAutostartEntry(['printf', '%s', said]))?.[1] ?? ''
  const line = exec.replaceAll('\\\\', '\\').replaceAll('%%', '%')
  expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })).toBe(said)
})

test('on Linux an autostart entry starts the app hidden, and is removed when start at login is turned off', async () => {
  const autostart = onLinux()
  expect(autostart.isEnabled()).toBe(false)
  autostart.setEnabled(true)
  expect(autostart.isEnabled()).toBe(true)
  expect(autostart.file ?? '').toBe(join(folder.path, 'autostart', 'org.mailbell.Mailbell.desktop'))
  const entry = await readFile(autostart.file ?? '', 'utf8')
  expect(commandOf(entry)).toEqual(['/opt/Mailbell/mailbell', '--hidden'])
  expect(entry).toMatch(/^\[Desktop Entry\]\nType=Application\n/)
  autostart.setEnabled(false)
  expect(autostart.isEnabled()).toBe(false)
  await expect(stat(autostart.file ?? '')).rejects.toThrow('ENOENT')
  autostart.setEnabled(false)
})

test('an AppImage is started by its own path, which is corrected after it was moved', async () => {
  onLinux({ env: { XDG_CONFIG_HOME: folder.path, APPIMAGE: '/home/kim/My Apps/Mailbell.AppImage' } }).setEnabled(true)
  const moved = onLinux({ env: { XDG_CONFIG_HOME: folder.path, APPIMAGE: '/home/kim/Mailbell.AppImage' } })
  expect(commandOf(await readFile(moved.file ?? '', 'utf8'))[0]).toBe('/home/kim/My Apps/Mailbell.AppImage')
  moved.updateEntry()
  expect(commandOf(await readFile(moved.file ?? '', 'utf8'))).toEqual(['/home/kim/Mailbell.AppImage', '--hidden'])
})

test('an entry that was removed or disabled elsewhere counts as off, and is not restored', async () => {
  const autostart = onLinux()
  autostart.setEnabled(true)
  await rm(autostart.file ?? '')
  autostart.updateEntry()
  expect(autostart.isEnabled()).toBe(false)
  await mkdir(join(folder.path, 'autostart'), { recursive: true })
  for (const line of ['Hidden=true', 'X-GNOME-Autostart-enabled=false', 'X-GNOME-Autostart-enabled = false\r']) {
    const entry = `[Desktop Entry]\nExec=/opt/Mailbell/mailbell --hidden\n${line}\n`
    await writeFile(autostart.file ?? '', entry)
    expect(autostart.isEnabled()).toBe(false)
    autostart.updateEntry()
    expect(await readFile(autostart.file ?? '', 'utf8')).toBe(entry)
  }
  expect(isAutostartEntryEnabled('[Desktop Entry]\nExec=x\nHidden=false\n')).toBe(true)
})

test.each([
  ['', true],
  ['Hidden=true\n', false],
])('an entry of an earlier version gets the name of the app, and stays as it is set: %j', async (line, isOn) => {
  await mkdir(join(folder.path, 'autostart'), { recursive: true })
  const old = join(folder.path, 'autostart', 'mailbell.desktop')
  await writeFile(old, `[Desktop Entry]\nExec=/opt/old/mailbell --hidden\n${line}`)
  const autostart = onLinux()
  autostart.updateEntry()
  expect(autostart.isEnabled()).toBe(isOn)
  await expect(stat(old)).rejects.toThrow('ENOENT')
  const command = commandOf(await readFile(autostart.file ?? '', 'utf8'))[0]
  expect(command).toBe(isOn ? '/opt/Mailbell/mailbell' : '/opt/old/mailbell')
})

test('a relative XDG_CONFIG_HOME is ignored', () => {
  expect(onLinux({ env: { XDG_CONFIG_HOME: 'here' } }).file).toBe(
    join(folder.path, 'home', '.config', 'autostart', 'org.mailbell.Mailbell.desktop'),
  )
})

test.each(['darwin', 'win32'] as const)('on %s the login item is read and set with the same options', (platform) => {
  const said: unknown[] = []
  let on = false
  const app = {
    getLoginItemSettings(options: unknown) {
      said.push(options)
      return { openAtLogin: on, executableWillLaunchAtLogin: on, wasOpenedAtLogin: false, status: 'enabled' as const, launchItems: [] }
    },
    setLoginItemSettings(settings: { openAtLogin?: boolean }) {
      said.push(settings)
      on = settings.openAtLogin === true
    },
  }
  const autostart = createAutostart({ app, platform, env: {}, execPath: 'C:\\Mailbell.exe', isPackaged: true, appArguments: [] })
  const item = platform === 'win32' ? { path: 'C:\\Mailbell.exe', args: ['--hidden'] } : {}
  expect(autostart.isEnabled()).toBe(false)
  autostart.setEnabled(true)
  expect(autostart.isEnabled()).toBe(true)
  autostart.setEnabled(false)
  expect(said).toEqual([item, { ...item, openAtLogin: true }, item, { ...item, openAtLogin: false }])
})
