import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { freePort } from '../../helpers/programs/daemon.ts'
import { needs, pathOf } from '../../helpers/parts.ts'
import { send } from '../../helpers/server.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { until } from '../../helpers/until.ts'
import { phpParameter } from '../../../server/http/php-query.ts'

/** What PHP 8.2 has as `$_GET['userID']`; null: nothing; bytes where the value is not UTF-8. */
const QUERIES: readonly (readonly [query: string, value: string | Uint8Array | null])[] = [
  ['userID=who?', 'who?'],
  ['userID=a?b=c', 'a?b=c'],
  ['userID=a+b', 'a b'],
  ['userID=a%2Bb', 'a+b'],
  ['userID=a=b', 'a=b'],
  ['userID=a%26b', 'a&b'],
  ['userID=a#b', 'a'],
  ['userID=a&userID=b', 'b'],
  ['userID=a&userID', ''],
  ['userID', ''],
  ['userID=', ''],
  ['', null],
  ['userid=a', null],
  ['&&userID=a&&', 'a'],
  ['=x&userID=a', 'a'],
  ['userID=a;mailCount=5', 'a;mailCount=5'],
  ['userID=a&amp;userID=5', 'a'],
  ['%75serID=a', 'a'],
  ['+%20userID=a', 'a'],
  ['%09userID=a', null],
  ['userID+=a', null],
  ['userID.=a', null],
  ['userID%00x=a', 'a'],
  ['%00userID=a', null],
  ['userID[]=a', 'Array'],
  ['userID%5Bx%5D=a', 'Array'],
  ['userID[]=a&userID=b', 'b'],
  ['userID=b&userID[]=a', 'Array'],
  ['userID[a][b]=c', 'Array'],
  ['userID[a]b[c=d', 'Array'],
  ['userID[[]]=x', 'Array'],
  ['userID[=a', null],
  ['userID[%00]=a', null],
  ['userID]=a', null],
  ['[userID]=a', null],
  ['userID=a&userID[=b', 'a'],
  ['userID=%', '%'],
  ['userID=%zz%4', '%zz%4'],
  ['userID=%00', '\0'],
  ['userID=a%00b', 'a\0b'],
  ['userID=j%C3%BCrgen', 'jürgen'],
  ['userID=%EF%BF%BD', '\ufffd'],
  ['userID=j%FCrgen', Buffer.from('jürgen', 'latin1')],
  ['userID=%C3', Uint8Array.of(0xc3)],
  ['userID=%ED%A0%80', Uint8Array.of(0xed, 0xa0, 0x80)],
]

it.each(QUERIES)('reads %s', (query, value) => {
  const read = phpParameter(`/get.php?${query}`, 'userID')
  if (value === null || typeof value === 'string') expect(read).toBe(value)
  else expect(read?.isWellFormed()).toBe(false)
})

it('has no parameter without a query, and no two values that are not UTF-8 in common', () => {
  expect(phpParameter('/get.php', 'userID')).toBeNull()
  const values = ['%FC', '%F6', '%C3', '%FC%FC'].map((value) => phpParameter(`/get.php?userID=${value}`, 'userID'))
  expect(new Set(values).size).toBe(values.length)
})

const SCRIPT = `<?php
$value = $_GET['userID'] ?? null;
echo json_encode($value === null ? null : bin2hex(is_array($value) ? @(string) $value : $value));`

describe.runIf(needs('php'))('PHP', () => {
  it('reads every query of these as the table says', async () => {
    const folder = await temporaryFolder()
    writeFileSync(join(folder.path, 'get.php'), SCRIPT)
    const port = await freePort()
    const php = spawn(pathOf('php'), ['-S', `127.0.0.1:${port}`, '-t', folder.path], { stdio: 'ignore' })
    try {
      const get = (query: string) => send(port, 'GET', `/get.php?${query}`, { token: null })
      await until(() => get('').catch(() => null))
      for (const [query, value] of QUERIES) {
        const { text } = await get(query)
        const expected = typeof value === 'string' ? Buffer.from(value) : value
        expect([query, text]).toEqual([query, JSON.stringify(expected && Buffer.from(expected).toString('hex'))])
      }
    } finally {
      php.kill()
      await once(php, 'exit')
      await folder.remove()
    }
  })
})
