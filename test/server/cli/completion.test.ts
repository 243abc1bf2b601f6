import { expect, test } from 'vitest'
import { expectsFile } from '../../../server/cli/completion.ts'
import { program } from '../../../server/cli/program.ts'

test.each([
  [true, ['serve', '--config', '']],
  [true, ['serve', '--demo', '--config', '/etc/ma']],
  [true, ['serve', '--config=/etc/ma']],
  [true, ['token', 'list', '--config', '']],
  [true, ['add', 'me@example.org', '--password-file', '']],
  [false, ['serve', '--config']],
  [false, ['serve', '--config', 'mailbell.yml', '']],
  [false, ['serve', '--config', '--']],
  [false, ['serve', '--port', '']],
  // An option of another command.
  [false, ['deliver', '--config', '']],
  [false, ['']],
  [false, []],
])('says %s that a file may come as the last of %j', (file, words) => {
  expect(expectsFile(program, words)).toBe(file)
})
