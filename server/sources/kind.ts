/** What every kind of source consists of, and what the kinds share in a config file. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { homeDir } from '../platform/data-dir.ts'
import { z } from 'zod'
import { newTurn } from '../platform/turns.ts'
import { label, text } from '../yaml/fields.ts'
import type { SourceContext } from './context.ts'
import type { Source } from './source.ts'

/** The context in which an entry of `sources` is resolved. */
export interface ResolveContext {
  /** The folder of the config file; relative paths start there. */
  readonly folder: string
  /** Where a source may store its state. */
  readonly dataDir: string
  /** The configured name, else the account's id, else a unique one: `sql`, `sql 2`, … */
  readonly name: string
  /** Adds an error about a key of the entry: "must be …". */
  addError(key: string, message: string): void
}

export interface SourceKind<Entry, Config> {
  /** Turns a valid entry into what the source takes: absolute paths, milliseconds, file contents. */
  resolve(entry: Entry, context: ResolveContext): Config | Promise<Config>
  create(config: Config, context: SourceContext): Promise<Source>
}

type EntrySchema = z.ZodObject<{ type: z.ZodLiteral<string> }>
type Resolve<Schema, Config> = SourceKind<z.infer<Schema>, Config>['resolve']

/** @param schema one entry of `sources`, as the config file writes it */
export const defineEntry = <Schema extends EntrySchema, Config extends { readonly type: z.infer<Schema>['type'] }>(
  schema: Schema,
  resolveEntry: Resolve<Schema, Config>,
) => ({ schema, resolve: resolveEntry })

/** What the source of a kind takes. */
export type ConfigOf<Entry extends { readonly resolve: Resolve<never, unknown> }> = Readonly<Awaited<ReturnType<Entry['resolve']>>>

/**
 * The code of a kind is loaded at its first source. Node loads and runs a module with all that it imports in one turn.
 * @param load the kind itself
 * @param before modules that it imports, each to be loaded in a turn of its own
 */
export function defineKind<Schema extends EntrySchema, Config>(
  entry: { readonly schema: Schema; readonly resolve: Resolve<Schema, Config> },
  load: () => Promise<(config: Config, context: SourceContext) => Source>,
  before: readonly (() => Promise<unknown>)[] = [],
) {
  const kind: SourceKind<z.infer<Schema>, Config> = {
    resolve: entry.resolve,
    async create(config, context) {
      for (const loadModule of before) {
        await newTurn()
        await loadModule()
      }
      await newTurn()
      return (await load())(config, context)
    },
  }
  return Object.assign(kind, { type: entry.schema.shape.type.value, schema: entry.schema })
}

/** The keys of every kind. Spread into its schema. */
export const commonKeys = <Type extends string>(type: Type) => ({
  type: z.literal(type),
  name: text('must be a name').optional(),
  label: label.optional(),
})

/** The key `ca`. */
export const caPath = text('must be the path of a PEM file').optional()

/** The content of the PEM file at `ca`; undefined where none is configured or, with an error added, it is unreadable. */
export async function readCa(
  ca: string | undefined,
  { folder, addError }: Pick<ResolveContext, 'folder' | 'addError'>,
): Promise<string | undefined> {
  try {
    return ca === undefined ? undefined : await readFile(resolve(folder, ca), 'utf8')
  } catch {
    addError('ca', 'must be a file that can be read')
    return undefined
  }
}

/** The config of a source that polls what is at a path. */
export const resolvePath = <Entry extends { readonly path: string; readonly interval: number }>(
  { path, interval, ...rest }: Entry,
  { folder, name }: ResolveContext,
) => ({ ...rest, name, path: absolutePath(path, folder), intervalMs: interval })

/** A configured path as an absolute one: `~/` is the home of the server's user; relative paths start in `folder`. */
const absolutePath = (path: string, folder: string): string =>
  /^~(?:[/\\]|$)/.test(path) ? join(homeDir(), path.slice(1)) : resolve(folder, path)
