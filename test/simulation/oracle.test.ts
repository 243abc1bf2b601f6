import { expect, test } from 'vitest'
import type { SimMail } from './mailbox.ts'
import { faultsOf } from './oracle.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const at = (minute: number): number => Date.UTC(2026, 2, 23, 9, minute)

const mail = (number: number, minute: number, readMinute?: number): SimMail => ({
  id: `mail${number}`,
  folder: 'INBOX',
  from: `Person${number} <person${number}@example.org>`,
  arrivedMs: at(minute),
  readMs: readMinute === undefined ? null : at(readMinute),
})
const one = (number: number, minute: number) => ({ atMs: at(minute), title: `Person${number}`, body: `About mail${number}` })
const well = [{ fromMs: at(0), toMs: at(0) + HOUR }]
const mails = [mail(1, 10), mail(2, 20)]

test.each([
  ['nothing where each mail is told once', mails, [one(1, 10), one(2, 20)], []],
  ['nothing where several are told at once', [mail(1, 19), mail(2, 20)], [{ atMs: at(20), title: '2 new mails', body: '' }], []],
  ['a mail that is not told', mails, [one(1, 10)], ['0 of at least 1 mails']],
  ['a mail that is told twice', mails, [one(1, 10), one(2, 20), one(2, 30)], ['mail2 is told at', '1 mails are told']],
  ['a mail that is counted twice', mails, [one(1, 10), { atMs: at(20), title: '2 new mails', body: 'Person2' }], ['2 mails are told']],
  ['a mail that is told before it came', mails, [one(2, 10), one(1, 20)], ['mail2 is told at']],
  ['nothing where a mail was read at once, told or not', [mail(1, 10, 11)], [], []],
  ['nothing where a mail was told and read then', [mail(1, 10, 11)], [one(1, 10)], []],
  ['a mail that was read before anybody could tell it', [mail(1, -10, -5)], [one(1, 10)], ['mail1 is told at', '1 mails are told']],
] as const)('finds %s', (_, given, told, found) => {
  const faults = faultsOf({ mails: given, told, well, watching: well, asking: well, quiet: [], named: 10 })
  expect(faults).toEqual(found.map((words) => expect.stringContaining(words)))
})
