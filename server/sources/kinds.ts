/** Every kind of source: the only file that knows them all. */
import { z } from 'zod'
import { shown } from '../yaml/errors.ts'
import { commandEntry } from './command/config.ts'
import { createCommandSource } from './command/source.ts'
import type { SourceContext } from './context.ts'
import { countDirEntry } from './count-dir/config.ts'
import { createCountDirSource } from './count-dir/source.ts'
import { httpEntry } from './http-json/config.ts'
import { createHttpSource } from './http-json/source.ts'
import { imapEntry } from './imap/config.ts'
import { createImapSource } from './imap/source.ts'
import { jmapEntry } from './jmap/config.ts'
import { createJmapSource } from './jmap/source.ts'
import { defineKind, type ResolveContext, type SourceKind } from './kind.ts'
import { maildirEntry } from './maildir/config.ts'
import { createMaildirSource } from './maildir/source.ts'
import { mboxEntry } from './mbox/config.ts'
import { createMboxSource } from './mbox/source.ts'
import { pop3Entry } from './pop3/config.ts'
import { createPop3Source } from './pop3/source.ts'
import type { Source } from './source.ts'
import { sqlEntry } from './sql/config.ts'
import { createSqlSource } from './sql/source.ts'

const KINDS = [
  defineKind(sqlEntry, createSqlSource),
  defineKind(imapEntry, createImapSource),
  defineKind(jmapEntry, createJmapSource),
  defineKind(pop3Entry, createPop3Source),
  defineKind(commandEntry, createCommandSource),
  defineKind(httpEntry, createHttpSource),
  defineKind(maildirEntry, createMaildirSource),
  defineKind(mboxEntry, createMboxSource),
  defineKind(countDirEntry, createCountDirSource),
] as const

export type SourceConfig = Parameters<(typeof KINDS)[number]['create']>[0]

const [first, ...others] = KINDS
const types = KINDS.map(({ type }) => type)
const typesInWords = `${types.slice(0, -1).join(', ')} or ${types.at(-1)}`

/** One entry of `sources`, as the config file writes it. */
export const SourceEntry = z.discriminatedUnion('type', [first.schema, ...others.map(({ schema }) => schema)], {
  error: ({ input }) =>
    typeof input === 'object' && input !== null && !Array.isArray(input)
      ? `must be ${typesInWords}${'type' in input ? `, not ${shown(input.type)}` : '; it is missing'}`
      : `must be a map, not ${shown(input)}`,
})
export type SourceEntry = z.infer<typeof SourceEntry>

const byType: ReadonlyMap<string, SourceKind<SourceEntry, SourceConfig>> = new Map(KINDS.map((kind) => [kind.type, kind]))

function kindOf({ type }: { readonly type: string }): SourceKind<SourceEntry, SourceConfig> {
  const kind = byType.get(type)
  if (!kind) throw new TypeError(`There is no kind of source named ${type}.`)
  return kind
}

/** Adds errors about paths and files to `context`. */
export const resolveSource = async (entry: SourceEntry, context: ResolveContext): Promise<SourceConfig> =>
  await kindOf(entry).resolve(entry, context)

export const createSource = (config: SourceConfig, context: SourceContext): Source => kindOf(config).create(config, context)
