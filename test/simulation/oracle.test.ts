import { expect, test } from 'vitest'
import type { SimMessage } from './mailbox.ts'
import { violationsOf } from './oracle.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const at = (minute: number): number => Date.UTC(2026, 2, 23, 9, minute)

const message = (number: number, minute: number, readMinute?: number): SimMessage => ({
  id: `message${number}`,
  folder: 'INBOX',
  from: `Person${number} <person${number}@example.org>`,
  arrivedMs: at(minute),
  readMs: readMinute === undefined ? null : at(readMinute),
})
const one = (number: number, minute: number) => ({ atMs: at(minute), title: `Person${number}`, body: `About message${number}` })
const connected = [{ fromMs: at(0), toMs: at(0) + HOUR }]
const messages = [message(1, 10), message(2, 20)]

test.each([
  ['nothing if each message is notified once', messages, [one(1, 10), one(2, 20)], []],
  [
    'nothing if one notification covers several messages',
    [message(1, 19), message(2, 20)],
    [{ atMs: at(20), title: '2 new emails', body: '' }],
    [],
  ],
  ['a message that is not notified', messages, [one(1, 10)], ['0 of at least 1 messages']],
  [
    'a message that is notified twice',
    messages,
    [one(1, 10), one(2, 20), one(2, 30)],
    ['message2 is notified at', '1 messages are notified'],
  ],
  [
    'a message that is counted twice',
    messages,
    [one(1, 10), { atMs: at(20), title: '2 new emails', body: 'Person2' }],
    ['2 messages are notified'],
  ],
  ['a message that is notified before it arrived', messages, [one(2, 10), one(1, 20)], ['message2 is notified at']],
  ['nothing if a message was read at once', [message(1, 10, 11)], [], []],
  ['nothing if a message was notified and then read', [message(1, 10, 11)], [one(1, 10)], []],
  [
    'a message that was read before it could be notified',
    [message(1, -10, -5)],
    [one(1, 10)],
    ['message1 is notified at', '1 messages are notified'],
  ],
] as const)('finds %s', (_, given, notified, found) => {
  const violations = violationsOf({
    messages: given,
    notified,
    connected,
    serverConnected: connected,
    appConnected: connected,
    quiet: [],
    maxLatest: 10,
  })
  expect(violations).toEqual(found.map((text) => expect.stringContaining(text)))
})
