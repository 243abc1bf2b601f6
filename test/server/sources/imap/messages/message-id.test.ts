import { expect, test } from 'vitest'
import { messageIdOf, parseMessageId } from '../../../../../server/sources/imap/messages/message-id.ts'
import { nameCodecOf, wireNameOf } from '../../../../../server/sources/imap/names.ts'

const codec = nameCodecOf({ enabled: new Set(), capabilities: new Map() })
const utf8Codec = nameCodecOf({ enabled: new Set(['UTF8=ACCEPT']), capabilities: new Map() })
const idIn = (folder: string): string => messageIdOf({ folder: codec.encode(folder), uidValidity: '1', uid: 1 }, codec) ?? ''

test.each(['INBOX', '회의/2026', 'a.b.c', '1.2.3', ' x ', '%2F?#', '👩‍👩‍👧', 'R&D'])('the id of a message in %j identifies it', (folder) => {
  const place = { folder: codec.encode(folder), uidValidity: '4294967295', uid: 4_294_967_295 }
  const id = messageIdOf(place, codec) ?? ''
  expect(id).toBe(`4294967295.4294967295.${folder}`)
  const parsed = parseMessageId(id)
  expect({ ...parsed, folder: parsed?.folderOn(codec) }).toMatchObject(place)
  expect(parsed?.folderOn(utf8Codec)).toBe(utf8Codec.encode(folder))
})

test.each([
  'R&D',
  'x&AEE-y',
  '&BBAEMQQyACYEMwQ0BDU-',
  '&AAo-',
  'Entw\xfcrfe',
  '\xba\xb8\xb3\xbd\xc6\xed\xc1\xf6\xc7\xd4',
  'a\r\nb',
  'a\0b',
  'Entw\xc3\xbcrfe',
])('the id of a message identifies the folder %j, whose name is not what its text is encoded to', (name) => {
  const folder = wireNameOf(Buffer.from(name, 'latin1'))
  const id = messageIdOf({ folder, uidValidity: '7', uid: 8 }, codec) ?? ''
  expect(id).toMatch(/^7\.8:[\w-]+$/)
  expect(parseMessageId(id)?.folderOn(codec)).toBe(folder)
  expect(parseMessageId(id)?.folderOn(utf8Codec)).toBe(folder)
})

test('a folder whose name cannot be reported has messages without ids', () => {
  expect(idIn('x'.repeat(998))).toBe('')
  expect(idIn('회'.repeat(200))).toBe('')
  expect(idIn('회'.repeat(100))).not.toBe('')
})

test.each([
  '',
  '1',
  '1.1',
  '1.1.',
  '1.1:',
  '1.1:a b',
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
