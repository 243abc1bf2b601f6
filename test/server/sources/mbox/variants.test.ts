/** Counts small mboxes, and compares them with what other programs find in the same files. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { countMbox } from '../../../../server/sources/mbox/count.ts'
import { startDovecot } from '../../../helpers/imap/dovecot.ts'
import { connectImap } from '../../../helpers/imap/imap-client.ts'
import { mboxBytes } from '../../../helpers/sources/mbox.ts'
import { needs, pathOf } from '../../../helpers/parts.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'
import { variants, withLineEnds } from './variants.ts'

const run = promisify(execFile)

const named = (counts: readonly unknown[]): readonly string[] => variants.map(({ name }, nr) => `${name}: ${counts[nr]}`)

describe.each([
  ['LF', '\n' as const],
  ['CRLF', '\r\n' as const],
])('an mbox with %s and', (_, end) => {
  test.each(variants)('$name', async ({ text, messages }) => {
    expect(await countMbox(mboxBytes(withLineEnds(text, end)), true)).toMatchObject({ total: messages })
  })
})

async function writeVariants(folder: string): Promise<readonly string[]> {
  const paths = variants.map((_, nr) => join(folder, `v${nr}`))
  for (const [nr, { text }] of variants.entries()) await writeFile(paths[nr] ?? '', withLineEnds(text, '\n'), { mode: 0o666 })
  return paths
}

/** Prints the number of messages in each file. */
const PYTHON = 'import mailbox, sys\nfor path in sys.argv[1:]: print(len(mailbox.mbox(path, create=False)))'

test.runIf(needs('python3'))('the mailbox module of Python finds as many messages as the table says', async () => {
  const folder = await temporaryFolder()
  try {
    const { stdout } = await run(pathOf('python3'), ['-c', PYTHON, ...(await writeVariants(folder.path))])
    expect(named(stdout.trim().split('\n'))).toEqual(named(variants.map(({ messages, python = messages }) => python)))
  } finally {
    await folder.remove()
  }
})

test.runIf(needs('dovecot'))('Dovecot finds as many messages as the table says', { timeout: 60_000 }, async () => {
  const dovecot = await startDovecot({ store: 'mbox' })
  const client = await connectImap({ port: dovecot.port, user: 'me', password: dovecot.password })
  try {
    await client.command('CREATE any')
    await writeVariants(join(dovecot.homeOf('me'), 'mail'))
    const counts: (string | null)[] = []
    for (const [nr] of variants.entries()) {
      const status = await client.command(`STATUS v${nr} (MESSAGES)`).catch(() => [])
      counts.push(/MESSAGES (\d+)/.exec(status.join())?.[1] ?? null)
    }
    expect(named(counts)).toEqual(named(variants.map(({ messages, dovecot: other = messages }) => other)))
  } finally {
    client.close()
    await dovecot.close()
  }
})

/**
 * Thunderbird's rule: behind a header, a line with "From " and two header fields begins a message, whether an empty line is
 * before it or not; what the file begins with is a message. It ignores lengths.
 */
function countAsThunderbird(text: string): number {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const isField = (line: string | undefined): boolean => line === undefined || /^[!-9;-~]+:/.test(line)
  function begins(at: number): boolean {
    if (!lines[at]?.startsWith('From ')) return false
    let next = at + 1
    for (let fields = 0; fields < 2; fields += 1) {
      if (!isField(lines[next])) return false
      do next += 1
      while (/^[ \t]/.test(lines[next] ?? ''))
    }
    return true
  }
  let count = lines.length > 0 ? 1 : 0
  let isHeader = true
  for (const [at, line] of lines.entries()) {
    if (isHeader) isHeader = line !== ''
    else if (begins(at)) {
      count += 1
      isHeader = true
    }
  }
  return count
}

test('the rule of Thunderbird finds as many messages as the table says', () => {
  expect(named(variants.map(({ text }) => countAsThunderbird(text)))).toEqual(
    named(variants.map(({ messages, thunderbird = messages }) => thunderbird)),
  )
})
