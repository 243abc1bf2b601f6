import { describe, expect, test } from 'vitest'
import { entryCommand, parseDesktopEntry } from '../../../main/system/desktop-entry.ts'
import { commandOnWindows, commandsOnLinux, urlOnMac } from '../../../main/opening/mail-program-commands.ts'
import { HOSTILE_IDS } from '../fixtures.ts'

const entry = (...lines: readonly string[]): string => ['# made by hand', '[Desktop Entry]', 'Type=Application', ...lines, ''].join('\n')
const MAILTO = 'MimeType=message/rfc822;x-scheme-handler/mailto;'
const BOTH = 'MimeType=x-scheme-handler/mailto;x-scheme-handler/mid;'
const FLATPAK = 'Exec=/usr/bin/flatpak run --branch=stable --command=thunderbird --file-forwarding org.mozilla.Thunderbird @@u %u @@'
const SNAP = 'Exec=env BAMF_DESKTOP_FILE_HINT=/var/lib/snapd/x.desktop /snap/bin/thunderbird %u'
const ID = 'owner/repo/1+a=$b@x.org'

/** The command that opens the message; null if the program can only be started. */
function commandOnLinux(id: string, text: string, messageId: string) {
  const [first, ...others] = commandsOnLinux(id, text, messageId)
  const alone = commandsOnLinux(id, text, null)
  if (others.length < alone.length) return null
  expect(others).toEqual(alone)
  return first
}

describe('on Linux', () => {
  test.each([
    [
      'Thunderbird of a distribution',
      'thunderbird.desktop',
      ['Exec=/usr/bin/thunderbird %u', MAILTO],
      ['/usr/bin/thunderbird', `mid:${ID}`],
    ],
    ['that registers for mid:', 'net.thunderbird.Thunderbird.desktop', ['Exec=thunderbird %U', BOTH], ['thunderbird', `mid:${ID}`]],
    [
      'as Flatpak',
      'org.mozilla.Thunderbird.desktop',
      [FLATPAK, MAILTO],
      [
        '/usr/bin/flatpak',
        'run',
        '--branch=stable',
        '--command=thunderbird',
        '--file-forwarding',
        'org.mozilla.Thunderbird',
        '@@u',
        `mid:${ID}`,
        '@@',
      ],
    ],
    [
      'as Snap',
      'thunderbird_thunderbird.desktop',
      [SNAP],
      ['env', 'BAMF_DESKTOP_FILE_HINT=/var/lib/snapd/x.desktop', '/snap/bin/thunderbird', `mid:${ID}`],
    ],
    [
      'by an entry of the person',
      'mail.desktop',
      ['Exec="/opt/my mail/thunderbird" -P "work" %u'],
      ['/opt/my mail/thunderbird', '-P', 'work', `mid:${ID}`],
    ],
    ['Betterbird', 'eu.betterbird.Betterbird.desktop', ['Exec=betterbird %u'], ['betterbird', `mid:${ID}`]],
    [
      'another program that supports mid:, encoded as in RFC 2392',
      'vireo.desktop',
      ['Exec=vireo --open %u', BOTH],
      ['vireo', '--open', 'mid:owner%2Frepo%2F1+a%3D%24b@x.org'],
    ],
    ['a program that does not say so', 'org.gnome.Geary.desktop', ['Exec=geary %U', MAILTO], null],
    ['a program of the terminal', 'mutt.desktop', ['Exec=mutt %u', BOTH, 'Terminal=true'], null],
    ['Thunderbird whose entry takes no address', 'thunderbird.desktop', ['Exec=thunderbird'], null],
    ['an entry that was deleted', 'thunderbird.desktop', ['Exec=thunderbird %u', 'Hidden=true'], null],
    ['an entry without a program', 'thunderbird.desktop', [MAILTO], null],
  ] as const)('%s', (_, id, lines, command) => {
    expect(commandOnLinux(id, entry(...lines), ID)).toEqual(command)
  })

  test('other programs are started by the launcher of the desktop, or by the command of their entry', () => {
    const launch = ['gtk-launch', 'org.gnome.Geary']
    expect(commandsOnLinux('org.gnome.Geary.desktop', entry('Exec=geary --x "%%" %U', MAILTO), ID)).toEqual([launch, ['geary', '--x', '%']])
    expect(commandsOnLinux('org.gnome.Geary.desktop', '', ID)).toEqual([launch])
    expect(commandsOnLinux('thunderbird.desktop', entry('Exec=thunderbird %u'), null)).toEqual([
      ['gtk-launch', 'thunderbird'],
      ['thunderbird'],
    ])
  })

  test('a missing or invalid entry', () => {
    for (const text of [
      '',
      'Exec=thunderbird %u',
      '[Other]\nExec=thunderbird %u',
      '[Desktop Entry]\n[Desktop Action x]\nExec=thunderbird %u',
    ])
      expect(commandOnLinux('thunderbird.desktop', text, ID)).toBeNull()
  })

  test.each(HOSTILE_IDS)('the Message-ID %j is one argument and never an option', (messageId) => {
    expect(commandOnLinux('thunderbird.desktop', entry('Exec=thunderbird -P work %u'), messageId)).toEqual([
      'thunderbird',
      '-P',
      'work',
      `mid:${messageId}`,
    ])
    const [program, url = '', ...more] = commandOnLinux('vireo.desktop', entry('Exec=vireo %u', BOTH), messageId) ?? []
    expect([program, ...more]).toEqual(['vireo'])
    expect(url).toMatch(/^mid:(?:[\w.~@+-]|%[0-9A-F]{2})+$/)
    expect(decodeURIComponent(url.slice('mid:'.length))).toBe(messageId)
  })
})

describe('on Windows', () => {
  test.each([
    ['C:\\Program Files\\Mozilla Thunderbird\\thunderbird.exe', true],
    ['C:\\Program Files\\Betterbird\\betterbird.exe', true],
    ['C:\\Users\\thunderbird\\OUTLOOK.EXE', false],
    ['', false],
  ])('%s', (program, isKnown) => {
    expect(commandOnWindows(program, ID)).toEqual(isKnown ? [program, `mid:${ID}`] : null)
  })
})

describe('on a Mac', () => {
  const MAIL = '/System/Applications/Mail.app'
  const THUNDERBIRD = '/Applications/Thunderbird.app'
  const OTHER = '/Applications/Other.app'
  test.each([
    ['Mail', { mailto: MAIL, message: MAIL, mid: null }, 'message://%3Cowner%2Frepo%2F1%2Ba%3D%24b%40x.org%3E'],
    ['Thunderbird, which has mid:', { mailto: THUNDERBIRD, message: MAIL, mid: THUNDERBIRD }, `mid:${ID}`],
    ['another program that supports mid:', { mailto: OTHER, message: MAIL, mid: OTHER }, 'mid:owner%2Frepo%2F1+a%3D%24b@x.org'],
    ['one that has neither, though others have', { mailto: OTHER, message: MAIL, mid: THUNDERBIRD }, null],
    ['one without support for either', { mailto: OTHER, message: null, mid: null }, null],
  ])('%s', (_, programs, link) => {
    expect(urlOnMac(programs, ID)).toBe(link)
  })

  test.each(HOSTILE_IDS)('the Message-ID %j stays within the URL', (messageId) => {
    const link = urlOnMac({ mailto: MAIL, message: MAIL, mid: null }, messageId) ?? ''
    expect(link).toMatch(/^message:\/\/%3C(?:[\w.~-]|%[0-9A-F]{2})+%3E$/)
    expect(decodeURIComponent(link)).toBe(`message://<${messageId}>`)
  })
})

describe('a desktop entry', () => {
  const commandIn = (...lines: readonly string[]) => {
    const read = parseDesktopEntry(entry(...lines))
    return read && entryCommand(read, 'mid:a@x')
  }

  test('is parsed with its quotes and escapes', () => {
    expect(commandIn(String.raw`Exec="a \"b\" \$c \\ d"  e\sf	g %U`)).toEqual(['a "b" $c \\ d', 'e', 'f', 'g', 'mid:a@x'])
    expect(commandIn('Exec = mail --title="100%%" %i --name %c %k %F %u', 'Name=My Mail', 'Name[ko]=메일')).toEqual([
      'mail',
      '--title=100%',
      '--name',
      'My Mail',
      'mid:a@x',
    ])
    expect(commandIn(String.raw`Exec=sh -c 'mail "$1" %u' sh a\\ b %u`)).toEqual(['sh', '-c', 'mail "$1" ', 'sh', 'a b', 'mid:a@x'])
    expect(commandIn('Exec=first %u', 'Exec=second %u')).toEqual(['first', 'mid:a@x'])
  })

  test.each([
    'Exec="mail %u',
    'Exec=mail" %u',
    'Exec="mail"x" %u',
    'Exec=',
    'Exec="" %u',
    'Exec=%u',
    'Exec=%f %u',
    "Exec=mail 'a %u",
    'Exec=mail %u \\\\',
    'Exec=mail %%u',
    'Exec=mail --url=%u',
    'Exec=sh -c "mail %u"',
  ])('%j opens no message', (line) => {
    expect(commandIn(line)).toBeNull()
  })
})
