import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countAdded, countMbox } from '../../../../server/sources/mbox/count.ts'
import { messageIdOf } from '../../../../server/sources/mbox/file.ts'
import { hasWriter } from '../../../../server/sources/mbox/lock.ts'
import type { Bytes } from '../../../../server/sources/mbox/scan.ts'
import { isDated } from '../../../../server/sources/mbox/separator.ts'
import { mboxBytes, mboxMessage } from '../../../helpers/sources/mbox.ts'
import { turnsDuring } from '../../../helpers/sources/turns.ts'

const FROM = 'From kim@example.org Mon Jan  1 00:00:00 2024\n'

async function countsOf(text: string | Buffer): Promise<string> {
  const count = await countMbox(mboxBytes(text), false)
  return count ? `${count.unread}/${count.total}` : 'none'
}

test.each([
  ['many messages', Array.from({ length: 1_000 }, () => mboxMessage()).join('')],
  ['a header of many lines', mboxMessage({ header: 'X:\n'.repeat(20_000) })],
])('%s are scanned in turns', async (_, text) => {
  expect(await turnsDuring(countMbox(mboxBytes(text), false))).toBeGreaterThan(3)
})

describe('a From line with a time', () => {
  test.each([
    'From kim@example.org Mon Jan  1 00:00:00 2024',
    'From kim@example.org Thu Feb 29 23:59 2024',
    'From MAILER-DAEMON Fri Jul  8 12:08:34 2011',
    'From kim@example.org Mon Jan 01 00:00:00 KST 2024',
    'From kim@example.org Mon Jan  1 00:00:00 +0900 2024',
    'From "kim lee"@example.org  Mon Jan  1 00:00:00 2024',
    'From kim Mon Jan  1 00:00:00 2024 remote from host',
    'From - Mon Jan 1 00:00:00 2024',
    'From Mon Jan  1 00:00:00 2024',
    'From - Sat Apr 12 2025 15:59:28',
    'From kim@example.org Fri, 2 Jan 2026 10:00:00 +0900',
    'From kim@example.org Fri, 02 Jan 2026 10:00',
    'From kim at example.org\tMon Jan  1 00:00:00 2024',
    'From 1748@xxx Tue Jan 02 10:00:00 +0000 2024',
  ])('%s', (line) => {
    expect(isDated(line)).toBe(true)
  })

  test.each([
    'From what I hear, all is well',
    'From kim@example.org',
    '>From kim@example.org Mon Jan  1 00:00:00 2024',
    'From: kim@example.org Mon Jan  1 00:00:00 2024',
    'from kim@example.org Mon Jan  1 00:00:00 2024',
    'From kim Mon the first of Jan 2024',
    `From ${' '.repeat(1000)}`,
  ])('is not %s', (line) => {
    expect(isDated(line)).toBe(false)
  })
})

describe('an mbox', () => {
  test.each([
    ['without a mail', '', '0/0'],
    ['with one', `${FROM}Subject: a\n\ntext\n\n`, '1/1'],
    ['whose mails were read, are old, or new', `${FROM}Status: RO\n\na\n\n${FROM}Status: O\n\nb\n\n${FROM}Subject: x\n\nc\n\n`, '2/3'],
    ['with small letters', `${FROM}status:R\n\na\n\n`, '0/1'],
    ['with mails marked to be removed', `${FROM}Status: O\nX-Status: AD\n\na\n\n${FROM}\nb\n\n`, '1/1'],
    [
      'of Thunderbird',
      `${FROM}X-Mozilla-Status: 0001\n\na\n\n${FROM}X-Mozilla-Status: 0008\n\nb\n\n${FROM}X-Mozilla-Status: 0000\n\nc\n\n`,
      '1/2',
    ],
    ['with a note of an IMAP server', `${FROM}Subject: DON'T DELETE\nX-IMAP: 1 5\n\nnote\n\n${FROM}X-IMAPbase: 1 5\n\nb\n\n`, '1/1'],
    [
      'of Evolution',
      `${FROM}X-Evolution: 00000001-0010\n\na\n\n${FROM}X-Evolution: 0000002a-0012\n\nb\n\n${FROM}X-Evolution: 0000002b-0000\n\nc\n\n`,
      '1/2',
    ],
    [
      'with a note of an IMAP server without X-IMAP',
      `${FROM}Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n\nnote\n\n${FROM}\nb\n\n`,
      '1/1',
    ],
    ['with CRLF', `${FROM}Status: RO\n\na\n\n${FROM}\nb\n`.replaceAll('\n', '\r\n'), '1/2'],
    ['whose texts are empty', `${FROM}\n${FROM}\n${FROM}\n`, '3/3'],
    ['with a status in a text', `${FROM}\nStatus: RO\n\n`, '1/1'],
    ['with a status in a folded line', `${FROM}X-Note: a\n Status: RO\n\ntext\n`, '1/1'],
    ['with From in texts', `${FROM}\nFrom here on\n\nFrom there\n\n>${FROM}\ntext\n${FROM}text\n\n`, '1/1'],
    ['that ends within a header', `${FROM}\na\n\n${FROM}Subject: half`, '1/1'],
    ['that ends within a From line', `${FROM}\na\n\nFrom kim@exa`, '1/1'],
    ['that is none', 'text\n', 'none'],
    ['that begins with a header', `Subject: a\n\n${FROM}\n`, 'none'],
  ])('%s', async (_, text, counts) => {
    expect(await countsOf(text)).toBe(counts)
  })

  test('uses a length where a message or the end of the file is exactly there', async () => {
    const text = `quoted\n\n${FROM}\nnothing\n\n`
    const length = (bytes: number): string => `${FROM}Content-Length: ${bytes}\n\n${text}`
    expect(await countsOf(`${length(text.length)}${FROM}\nnext\n`)).toBe('2/2')
    expect(await countsOf(`${length(text.length - 1)}${FROM}\nnext\n`)).toBe('2/2')
    expect(await countsOf(length(text.length))).toBe('1/1')
    // It leads nowhere: the lines decide.
    for (const wrong of [0, 3, text.length - 2, text.length + 1, 10 ** 14])
      expect(await countsOf(`${length(wrong)}${FROM}\nnext\n`)).toBe('3/3')
  })

  test('counts a message whose header never ends once writing has stopped', async () => {
    const bytes = mboxBytes(`${FROM}\na\n\n${FROM}Subject: half`)
    expect(await countMbox(bytes, false)).toMatchObject({ unread: 1, isBeingWritten: true })
    expect(await countMbox(bytes, true)).toMatchObject({ unread: 2, isBeingWritten: true })
  })

  test('reads a long text or header in small pieces', async () => {
    const filler = `${'x'.repeat(70_000)}\n`.repeat(10)
    let most = 0
    const all = mboxBytes(`${FROM}X-Long: ${'y'.repeat(600_000)}\nStatus: RO\n\n${filler}\n${FROM}\n${filler}`)
    const bounded: Bytes = {
      size: all.size,
      read(position, length) {
        most = Math.max(most, length)
        return all.read(position, length)
      },
    }
    expect(await countMbox(bounded, false)).toMatchObject({ unread: 1, total: 2 })
    expect(most).toBeLessThanOrEqual(256 * 1024)
  })

  test('reads a text full of From lines once', async () => {
    const all = mboxBytes(`${FROM}\n${'From here\nA: b\ntext\n'.repeat(100_000)}`)
    let read = 0
    const counted: Bytes = {
      size: all.size,
      read(position, length) {
        read += length
        return all.read(position, length)
      },
    }
    expect(await countMbox(counted, false)).toMatchObject({ total: 1 })
    expect(read).toBeLessThan(1.2 * all.size)
  })

  test('reports the ten newest unread messages, newest first', async () => {
    const mails = Array.from({ length: 30 }, (_, n) => `${FROM}X-N: ${n}\nStatus: ${n % 2 ? 'R' : 'O'}\n\ntext\n\n`)
    const count = await countMbox(mboxBytes(mails.join('')), false)
    const starts = mails.map((_, n) => mails.slice(0, n).join('').length)
    expect(count?.newest.map(({ start }) => starts.indexOf(start))).toEqual([28, 26, 24, 22, 20, 18, 16, 14, 12, 10])
  })
})

describe('a scan in pieces', () => {
  // "From here" before a field would begin a message.
  const line = fc.constantFrom('text', '', 'From here\non', `>${FROM.trim()}`, 'Status: RO', 'x'.repeat(300_000), 'From')
  const mail = fc.record({
    from: fc.constantFrom(FROM.trim(), 'From ', 'From - Sat Apr 12 2025 15:59:28', 'From here'),
    seen: fc.boolean(),
    lines: fc.array(line, { maxLength: 6 }),
    length: fc.constantFrom('none', 'right', 'wrong'),
    end: fc.constantFrom('\n', '\r\n'),
    isFollowedByEmptyLine: fc.boolean(),
  })
  type Mail = typeof mail extends fc.Arbitrary<infer Value> ? Value : never
  const written = ({ from, seen, lines, length, end, isFollowedByEmptyLine }: Mail): string => {
    const text = lines.map((each) => each + end).join('')
    const field = length === 'none' ? '' : `Content-Length: ${length === 'right' ? text.length : text.length + 5}${end}`
    const header = `Subject: x${end}${field}Status: ${seen ? 'RO' : 'O'}${end}`
    return `${from}${end}${header}${end}${text}${isFollowedByEmptyLine ? end : ''}`
  }

  test('finds every message, and as many from the added part as from the whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mail, { minLength: 1, maxLength: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), async (mails, cut) => {
        const content = Buffer.from(mails.map(written).join(''), 'latin1')
        const unread = mails.filter(({ seen }) => !seen).length
        const whole = await countMbox(mboxBytes(content), false)
        expect(whole).toMatchObject({ unread, total: mails.length, isBeingWritten: false })
        const part = await countMbox(mboxBytes(content.subarray(0, Math.floor(cut * (content.length - 1)))), false)
        const added = part && (await countAdded(mboxBytes(content), part, false))
        if (added) {
          const { resume: _, ...told } = added
          expect(whole).toMatchObject(told)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('reads everything again where the earlier part has changed', async () => {
    const first = `${FROM}Status: O\n\na\n\n`
    const count = await countMbox(mboxBytes(first), false)
    if (!count) throw new Error('It is an mbox.')
    expect(await countAdded(mboxBytes(`${first}${FROM}\nb\n`), count, false)).toMatchObject({ unread: 2 })
    for (const other of [`${FROM}Status: R\n\na\n\n${FROM}\nb\n`, first, first.slice(0, -3), '']) {
      expect(await countAdded(mboxBytes(other), count, false)).toBeNull()
    }
  })
})

test('a message keeps its id when programs mark it, and two messages have two ids', () => {
  const id = (lines: string): string => messageIdOf(Buffer.from(`${FROM}Message-ID: <1@x>\n${lines}\ntext`))
  expect(id('Status: RO\nX-Status: A\nX-Keywords: a\n b\nX-UID: 5\nContent-Length: 4\n')).toBe(id(''))
  expect(id('Subject: other\n')).not.toBe(id(''))
  expect(id('')).toMatch(/^[\w-]{22}$/)
})

test('a writer of the file is found in the table of locks', () => {
  const dev = BigInt((0xfe << 8) | 0x05)
  const locks = (line: string): string => `1: POSIX  ADVISORY  READ 12 fe:05:99 0 EOF\n2: ${line}\n`
  expect(hasWriter(locks('POSIX  ADVISORY  WRITE 3568 fe:05:42 0 EOF'), { dev, ino: 42n })).toBe(true)
  expect(hasWriter(locks('FLOCK  ADVISORY  WRITE -1 fe:05:42 0 EOF'), { dev, ino: 42n })).toBe(true)
  expect(hasWriter(locks('-> POSIX  ADVISORY  WRITE 3568 fe:05:42 0 EOF'), { dev, ino: 42n })).toBe(false)
  expect(hasWriter(locks('POSIX  ADVISORY  READ 3568 fe:05:42 0 EOF'), { dev, ino: 42n })).toBe(false)
  expect(hasWriter(locks('POSIX  ADVISORY  WRITE 3568 fe:05:421 0 EOF'), { dev, ino: 42n })).toBe(false)
  expect(hasWriter(locks('POSIX  ADVISORY  WRITE 3568 fe:06:42 0 EOF'), { dev, ino: 42n })).toBe(false)
  expect(hasWriter('', { dev, ino: 42n })).toBe(false)
})
