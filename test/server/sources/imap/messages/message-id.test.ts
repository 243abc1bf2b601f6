import { expect, test } from 'vitest'
import { messageIdOf, parseMessageId } from '../../../../../server/sources/imap/messages/message-id.ts'

test.each(['INBOX', '회의/2026', 'a.b.c', '1.2.3', ' x ', '%2F?#', '👩‍👩‍👧'])('the id of a message in %j identifies it', (folder) => {
  const place = { folder, uidValidity: '4294967295', uid: 4_294_967_295 }
  expect(parseMessageId(messageIdOf(place) ?? '')).toEqual(place)
})

test('a folder whose name cannot be reported has messages without ids', () => {
  expect(messageIdOf({ folder: 'x'.repeat(998), uidValidity: '1', uid: 1 })).toBeNull()
  expect(messageIdOf({ folder: '회'.repeat(200), uidValidity: '1', uid: 1 })).toBeNull()
  expect(messageIdOf({ folder: 'a\ud83d', uidValidity: '1', uid: 1 })).toBeNull()
})

test.each([
  '',
  '1',
  '1.1',
  '1.1.',
  '.1.INBOX',
  '0.1.INBOX',
  '1.0.INBOX',
  '01.1.INBOX',
  '1.1e3.INBOX',
  '1.1.a\r\nb',
  '1.1.a\0',
  '-1.1.INBOX',
])('%j is no valid id', (id) => {
  expect(parseMessageId(id)).toBeNull()
})
