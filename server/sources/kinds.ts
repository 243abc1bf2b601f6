/** The kinds of sources that a config may name: the only file of the config that knows them all. */
import { z } from 'zod'
import type { SourceConfig } from '../config/types.ts'
import { commandSchema, resolveCommand } from './command/config.ts'
import { countDirSchema, resolveCountDir } from './count-dir/config.ts'
import { httpSchema, resolveHttp } from './http-json/config.ts'
import { imapSchema, resolveImap } from './imap/config.ts'
import { jmapSchema, resolveJmap } from './jmap/config.ts'
import type { ResolveContext } from './config/kind.ts'
import { maildirSchema, resolveMaildir } from './maildir/config.ts'
import { mboxSchema, resolveMbox } from './mbox/config.ts'
import { pop3Schema, resolvePop3 } from './pop3/config.ts'
import { resolveSql, sqlSchema } from './sql/config.ts'
import { shown } from '../yaml/errors.ts'

const schemas = [
  sqlSchema,
  imapSchema,
  jmapSchema,
  pop3Schema,
  commandSchema,
  httpSchema,
  maildirSchema,
  mboxSchema,
  countDirSchema,
] as const

const kinds = schemas.map(({ shape }) => shape.type.value)
const kindsInWords = `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`

/** One entry of `sources`, as it is written. */
export const SourceEntry = z.discriminatedUnion('type', schemas, {
  error: ({ input }) =>
    typeof input === 'object' && input !== null && !Array.isArray(input)
      ? `must be ${kindsInWords}${'type' in input ? `, not ${shown(input.type)}` : '; it is missing'}`
      : `must be a map, not ${shown(input)}`,
})
export type SourceEntry = z.infer<typeof SourceEntry>

/** What is wrong with a path or a file is told to `surroundings`. */
export async function resolveSource(entry: SourceEntry, surroundings: ResolveContext): Promise<SourceConfig> {
  switch (entry.type) {
    case 'sql':
      return resolveSql(entry, surroundings)
    case 'imap':
      return await resolveImap(entry, surroundings)
    case 'jmap':
      return await resolveJmap(entry, surroundings)
    case 'pop3':
      return await resolvePop3(entry, surroundings)
    case 'command':
      return resolveCommand(entry, surroundings)
    case 'http':
      return await resolveHttp(entry, surroundings)
    case 'countdir':
      return resolveCountDir(entry, surroundings)
    case 'maildir':
      return resolveMaildir(entry, surroundings)
    case 'mbox':
      return resolveMbox(entry, surroundings)
  }
}
