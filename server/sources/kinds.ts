/** Every kind of source: the only file that knows them all. */
import { z } from 'zod'
import { shown } from '../yaml/errors.ts'
import { commandKind } from './command/kind.ts'
import { countDirKind } from './count-dir/kind.ts'
import { httpKind } from './http-json/kind.ts'
import { imapKind } from './imap/kind.ts'
import { jmapKind } from './jmap/kind.ts'
import type { ResolveContext, SourceKind } from './kind.ts'
import { maildirKind } from './maildir/kind.ts'
import { mboxKind } from './mbox/kind.ts'
import { pop3Kind } from './pop3/kind.ts'
import type { SourceContext } from './context.ts'
import type { Source } from './source.ts'
import { sqlKind } from './sql/kind.ts'

const KINDS = [sqlKind, imapKind, jmapKind, pop3Kind, commandKind, httpKind, maildirKind, mboxKind, countDirKind] as const

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
