/** The source contract over real programs that print the count in a file: one that runs once, and one that watches. */
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCommandSource } from '../../../server/sources/command/source.ts'
import type { CommandSourceConfig } from '../../../server/sources/command/config.ts'
import { commandConfig, nodeCommand } from '../../helpers/sources/command.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { type SourceFixture, sourceContract } from './suite.ts'

const HOUR_MS = 3_600_000

const RUN = `console.log(require('fs').readFileSync(process.argv[1], 'utf8'))`

/** Prints the content of the file after each change and at each kick; exits when the file is gone. */
const WATCH = `
const { readFileSync } = require('fs')
let last
function check(isKick) {
  let now
  try { now = readFileSync(process.argv[1], 'utf8').trim() } catch { process.exit(1) }
  if (now === '' || (now === last && !isKick)) return
  last = now
  console.log(now)
}
setInterval(check, 10, false)
process.stdin.on('data', () => check(true))
`

const GARBAGE = `process.stdout.write(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256))); setTimeout(() => {}, 100)`

async function fixtureOf(mode: CommandSourceConfig['mode'], script: string): Promise<SourceFixture> {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'count')
  const source = (program = script, change: Partial<CommandSourceConfig> = {}) =>
    createCommandSource({ ...commandConfig(nodeCommand(program, file), { mode }), ...change })
  return {
    account: 'me',
    source,
    setUnread: (unread) => writeFile(file, mode === 'run' ? `${unread}\n` : JSON.stringify({ unread })),
    withWrongCredentials: () => source('process.exit(77)'),
    goAway: () => rename(file, `${file}.away`),
    comeBack: () => rename(`${file}.away`, file),
    withGarbage: () => Promise.resolve({ source: source(GARBAGE), close: () => Promise.resolve() }),
    onlyKicked: mode === 'run' ? () => source(script, { intervalMs: HOUR_MS }) : null,
    close: folder.remove,
  }
}

sourceContract('a program that is run', () => fixtureOf('run', RUN))
sourceContract('a program that watches', () => fixtureOf('watch', WATCH))
