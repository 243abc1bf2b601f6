/** Small mboxes as programs write them, and the number of messages that each program finds in them. */

export interface Variant {
  readonly name: string
  readonly text: string
  /** What a person sees as messages, and what Mailbell counts. */
  readonly messages: number
  /** Where other programs differ; null where they refuse the file. */
  readonly python?: number
  readonly dovecot?: number | null
  readonly thunderbird?: number
}

const TIME = 'Fri Jan  2 10:00:00 2026'
const DATED = `From kim@example.org ${TIME}\n`

/** The header and the text of a message. */
const message = (nr: number, text = 'text\n', header = ''): string =>
  `From: Kim <kim@example.org>\nSubject: Message ${nr}\n${header}\n${text}`

/** Three messages, each behind this From line and before an empty line. */
const three = (from: string): string => [1, 2, 3].map((nr) => `${from}\n${message(nr)}\n`).join('')

const behindText = (line: string, following: string): string => `${DATED}${message(1, `text\n${line}\n${following}`)}\n`
const behindEmptyLine = (line: string, following: string): string => `${DATED}${message(1, `text\n\n${line}\n${following}`)}\n`

/** `{N}` stands for a length, which depends on the line ends. */
const ofLength = (nr: number, text: string, lines = text.split('\n').length - 1): string =>
  DATED + message(nr, text, `Content-Length: {${text.length}+${lines}}\n`)

/** The text of a variant with these line ends. */
export const withLineEnds = (text: string, end: '\n' | '\r\n'): string =>
  text
    .replaceAll(/\{(\d+)\+(\d+)\}/g, (_, bytes: string, lines: string) => String(Number(bytes) + (end.length - 1) * Number(lines)))
    .replaceAll('\n', end)

const QUOTED = `text\n\n${DATED}${message(9)}`

export const variants: readonly Variant[] = [
  { name: 'no message', text: '', messages: 0, thunderbird: 0 },
  { name: 'empty lines only', text: '\n\n', messages: 0, dovecot: null, thunderbird: 1 },
  { name: 'a time as asctime() writes it', text: three(DATED.trim()), messages: 3 },
  { name: 'a sender in quotes', text: three(`From "kim lee"@example.org ${TIME}`), messages: 3 },
  { name: 'without seconds', text: three('From kim@example.org Fri Jan  2 10:00 2026'), messages: 3 },
  { name: 'a zone before the year', text: three('From 17480@xxx Fri Jan 02 10:00:00 +0000 2026'), messages: 3 },
  { name: 'a zone by name', text: three('From kim@example.org Fri Jan  2 10:00:00 KST 2026'), messages: 3 },
  { name: 'the year before the time', text: three('From - Sat Apr 12 2025 15:59:28'), messages: 3, dovecot: null },
  { name: 'a date of RFC 5322', text: three('From a@example.org Fri, 2 Jan 2026 10:00:00 +0900'), messages: 3 },
  { name: 'an ISO date', text: three('From a@example.org 2026-01-02T10:00:00Z'), messages: 3, dovecot: null },
  { name: 'a Korean date', text: three('From - 금 1월  2 10:00:00 2026'), messages: 3, dovecot: null },
  { name: 'a sender and tabs', text: three(`From kim@example.org\t${TIME.replaceAll(' ', '\t')}`), messages: 3, dovecot: null },
  { name: 'a sender alone', text: three('From kim@example.org'), messages: 3, dovecot: null },
  { name: 'a name alone', text: three('From MAILER-DAEMON'), messages: 3, dovecot: null },
  { name: 'a sender in words', text: three(`From kim at example.org  ${TIME}`), messages: 3, dovecot: null },
  { name: 'no sender', text: three(`From ${TIME}`), messages: 3, dovecot: null },
  { name: 'Eudora', text: three(`From ???@??? ${TIME}`), messages: 3 },
  { name: 'Thunderbird, before', text: three(`From - ${TIME}`), messages: 3 },
  { name: 'Thunderbird, today', text: three('From '), messages: 3, dovecot: null },
  { name: 'Thunderbird, added to an older file', text: `${three(`From - ${TIME}`)}${three('From ')}`, messages: 6, dovecot: 3 },
  { name: 'UUCP', text: three(`From kim ${TIME} remote from host\n>From lee ${TIME} remote from other`), messages: 3, thunderbird: 1 },
  { name: 'From lines twice', text: three(`${DATED}${DATED}`.trim()), messages: 3, python: 6 },
  { name: 'one field in each header', text: 'From \nSubject: a\n\ntext\n\n'.repeat(3), messages: 3, dovecot: null, thunderbird: 1 },
  { name: 'empty headers', text: `${DATED}\n`.repeat(3), messages: 3, thunderbird: 1 },
  { name: 'an empty line before the first', text: `\n${three(DATED.trim())}`, messages: 3, dovecot: null, thunderbird: 4 },
  { name: 'no empty lines between', text: three(DATED.trim()).replaceAll('\n\nFrom ', '\nFrom '), messages: 3 },
  { name: 'no empty lines between, no time', text: three('From ').replaceAll('\n\nFrom ', '\nFrom '), messages: 3, dovecot: null },
  {
    name: 'one field in each header, and no empty lines between',
    text: 'From \nSubject: a\n\ntext\n'.repeat(3),
    messages: 3,
    dovecot: null,
    thunderbird: 1,
  },
  { name: 'a sentence behind text before one usual field', text: behindText('From here', 'To: there\n\nBye\n'), messages: 1, python: 2 },
  { name: 'headers without a text and an empty line', text: `${DATED}Subject: a\nTo: b\n`.repeat(3), messages: 3, thunderbird: 1 },
  { name: 'several empty lines between', text: three(DATED.trim()).replaceAll('\n\nFrom ', '\n\n\n\nFrom '), messages: 3 },
  { name: 'no line end at the end', text: three('From ').trimEnd(), messages: 3, dovecot: null },
  { name: 'a quoted line', text: behindEmptyLine(`>${DATED.trim()}`, message(9)), messages: 1 },
  { name: 'a doubly quoted line', text: behindEmptyLine('>>From ', message(9)), messages: 1 },
  { name: 'a sentence', text: behindEmptyLine('From here on', 'all is well\n'), messages: 1, python: 2 },
  { name: 'a sentence behind text', text: behindText('From here on', 'all is well\n'), messages: 1, python: 2 },
  { name: 'a sentence before an empty line', text: behindEmptyLine('From here on', '\nall is well\n'), messages: 1, python: 2 },
  { name: 'a sentence before a remark', text: behindText('From here', "But: it's not really.\nThe last line.\n"), messages: 1, python: 2 },
  { name: 'a sentence before one line with a colon', text: behindEmptyLine('From my phone', 'Tel: 5\n\nBye\n'), messages: 1, python: 2 },
  { name: 'a sentence before an address', text: behindEmptyLine('From the web:', 'https://example.org/\n\n'), messages: 1, python: 2 },
  { name: 'a time in a sentence', text: behindEmptyLine('From 2024 on we meet at 10:00', '\nBye\n'), messages: 1, python: 2 },
  { name: 'a time, and no header', text: behindEmptyLine(DATED.trim(), 'all is well\n'), messages: 1, python: 2, dovecot: 2 },
  { name: 'a time behind text, and no header', text: behindText(DATED.trim(), 'all is well\n'), messages: 1, python: 2, dovecot: 2 },
  { name: 'the word alone', text: behindEmptyLine('From', message(9)), messages: 1 },
  { name: 'an indented line', text: behindEmptyLine(` ${DATED.trim()}`, message(9)), messages: 1 },
  { name: 'a line in a folded field', text: `${DATED}Subject: a\n From here\nTo: b\n\ntext\n`, messages: 1 },
  {
    name: 'a length over a line that is not quoted',
    text: `${ofLength(1, QUOTED)}\n${ofLength(2, 'text\n')}\n`,
    messages: 2,
    python: 3,
    thunderbird: 3,
  },
  {
    name: 'a length to the end of the file',
    text: ofLength(1, QUOTED),
    messages: 1,
    python: 2,
    dovecot: 2,
    thunderbird: 2,
  },
  {
    name: 'a length that is too small',
    text: `${DATED + message(1, 'text\n', 'Content-Length: 2\n')}\n${DATED}${message(2)}\n`,
    messages: 2,
  },
  {
    name: 'a length that is too large',
    text: `${DATED + message(1, 'text\n', 'Content-Length: 99999\n')}\n${DATED}${message(2)}\n`,
    messages: 2,
  },
  {
    name: 'the data of an IMAP server',
    text: `From MAILER-DAEMON ${TIME}\nFrom: Mail System Internal Data <MAILER-DAEMON@host>\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1700000000 0000000001\nStatus: RO\n\nThis text is part of the internal format of your mail folder.\n\n${three(DATED.trim())}`,
    messages: 3,
    python: 4,
    thunderbird: 4,
  },
]
