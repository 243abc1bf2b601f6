import { expect, test } from 'vitest'
import { fillRecipe, parseChecksums } from '../../scripts/recipe.ts'

const SUM = 'a'.repeat(64)
const release = {
  version: '1.2.3',
  date: '2026-01-02',
  homepage: 'https://example.org/owner/mailbell',
  checksums: parseChecksums(`${SUM}  mailbell-1.2.3.dmg\nnot a checksum\n`),
}

test('fills in the version, the date, and the address and checksum of a download', () => {
  const text = '{{version}} {{date}} {{homepage}} {{url mailbell-{{version}}.dmg}} {{sha256 mailbell-{{version}}.dmg}}'
  const page = 'https://example.org/owner/mailbell'
  expect(fillRecipe(text, release)).toBe(`1.2.3 2026-01-02 ${page} ${page}/releases/download/v1.2.3/mailbell-1.2.3.dmg ${SUM}`)
})

test.each(['{{sha256 mailbell.exe}}', '{{url mailbell.exe}}'])('names the file that the release lacks: %s', (text) => {
  expect(() => fillRecipe(text, release)).toThrow('SHA256SUMS does not name mailbell.exe. Build all packages first.')
})

test('names an unknown placeholder', () => {
  expect(() => fillRecipe('sha512: {{sha512 mailbell-1.2.3.dmg}}', release)).toThrow('{{sha512 mailbell-1.2.3.dmg}}')
})
