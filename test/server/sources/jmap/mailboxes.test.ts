import { describe, expect, test } from 'vitest'
import { chooseMailboxes, type Mailbox } from '../../../../server/sources/jmap/mailboxes.ts'

const mailbox = (id: string, name: string, change: Partial<Mailbox> = {}): Mailbox => ({
  id,
  name,
  parentId: null,
  role: null,
  totalEmails: 0,
  unreadEmails: 0,
  totalThreads: 0,
  unreadThreads: 0,
  ...change,
})

const chosen = async (folders: readonly string[], ...mailboxes: readonly Mailbox[]): Promise<readonly string[]> =>
  (await chooseMailboxes(folders, new Map(mailboxes.map((each) => [each.id, each])), 'https://mail.example.org')).map(
    ({ id, folder }) => `${id}: ${folder.path}`,
  )

const INBOX = mailbox('i', '받은편지함', { role: 'inbox' })
const TRASH = mailbox('t', 'Trash', { role: 'trash' })
const LISTS = mailbox('l', 'Lists')
const DEV = mailbox('d', '개발', { parentId: 'l' })

describe('the counted mailboxes', () => {
  test('are chosen by role, whatever their name', async () => {
    expect(await chosen(['\\Inbox'], TRASH, INBOX)).toEqual(['i: INBOX'])
    expect(await chosen(['INBOX'], TRASH, INBOX)).toEqual(['i: INBOX'])
    expect(await chosen(['\\Trash'], TRASH, INBOX)).toEqual(['t: Trash'])
  })

  test('are chosen by path and by glob, without those that receive no new messages', async () => {
    expect(await chosen(['Lists/개발'], INBOX, LISTS, DEV)).toEqual(['d: Lists/개발'])
    expect(await chosen(['*'], INBOX, TRASH, LISTS, DEV)).toEqual(['i: INBOX', 'l: Lists', 'd: Lists/개발'])
    expect(await chosen(['*', '!Lists'], INBOX, LISTS, DEV)).toEqual(['i: INBOX', 'd: Lists/개발'])
  })

  test('cannot be empty; the error names the missing one', async () => {
    await expect(chosen(['Nowhere'], INBOX)).rejects.toThrow('has no mailbox Nowhere')
  })

  test('have a finite path even where one is its own parent', async () => {
    const [path] = await chosen(['*'], mailbox('x', 'Loop', { parentId: 'x' }))
    expect(path?.length).toBeLessThan(1_000)
  })

  test('are all counted, also those of the same name, or with names of any length', async () => {
    const long = mailbox('y', 'y'.repeat(100_000))
    const below = Array.from({ length: 3 }, (_, at) => mailbox(`b${at}`, 'z', { parentId: 'y' }))
    const found = await chosen(['*'], LISTS, mailbox('m', 'Lists'), long, ...below)
    expect(found.slice(0, 2)).toEqual(['l: Lists', 'm: Lists (2)'])
    expect(new Set(found.map((each) => each.slice(3))).size).toBe(6)
    expect(Math.max(...found.map(({ length }) => length))).toBeLessThan(1_010)
  })

  test('have names that are safe to display', async () => {
    expect(await chosen(['*'], mailbox('x', 'a\u0000\u202eb\nc\ud800'))).toEqual(['x: a b c\ufffd'])
  })
})
