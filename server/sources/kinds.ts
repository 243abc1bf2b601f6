/** Every kind of source: the only file that knows them all. */
import { z } from 'zod'
import type { OAuthConfig } from '../auth/oauth/config.ts'
import { Secret } from '../auth/secret.ts'
import { shown } from '../yaml/errors.ts'
import { commandEntry } from './command/config.ts'
import type { SourceContext } from './context.ts'
import { countDirEntry } from './count-dir/config.ts'
import { httpEntry } from './http-json/config.ts'
import { imapEntry } from './imap/config.ts'
import { jmapEntry } from './jmap/config.ts'
import { defineKind, type ResolveContext, type SourceKind } from './kind.ts'
import { maildirEntry } from './maildir/config.ts'
import { mboxEntry } from './mbox/config.ts'
import { pop3Entry } from './pop3/config.ts'
import type { Source } from './source.ts'
import { sqlEntry } from './sql/config.ts'

const loadTls = () => import('../net/tls/options.ts')
const loadRequests = () => import('./lib/web/request.ts')
const loadHeaders = () => import('./lib/mail/header.ts')

const KINDS = [
  defineKind(sqlEntry, async () => (await import('./sql/source.ts')).createHostedSqlSource),
  defineKind(imapEntry, async () => (await import('./imap/source.ts')).createImapSource, [loadTls, loadHeaders]),
  defineKind(jmapEntry, async () => (await import('./jmap/source.ts')).createJmapSource, [loadTls, loadRequests]),
  defineKind(pop3Entry, async () => (await import('./pop3/source.ts')).createPop3Source, [loadTls, loadHeaders]),
  defineKind(commandEntry, async () => (await import('./command/source.ts')).createCommandSource),
  defineKind(httpEntry, async () => (await import('./http-json/source.ts')).createHttpSource, [loadTls, loadRequests]),
  defineKind(maildirEntry, async () => (await import('./maildir/source.ts')).createMaildirSource, [loadHeaders]),
  defineKind(mboxEntry, async () => (await import('./mbox/source.ts')).createMboxSource, [loadHeaders]),
  defineKind(countDirEntry, async () => (await import('./count-dir/source.ts')).createCountDirSource),
] as const

export type SourceConfig = Parameters<(typeof KINDS)[number]['create']>[0]

/** How the account of a source gets access tokens; null if it needs none. */
export const oauthOf = (source: SourceConfig): OAuthConfig | null =>
  'accessToken' in source && source.accessToken !== null && !(source.accessToken instanceof Secret) ? source.accessToken : null

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

/** Adds errors about paths and files to `context`. Its label is not the source's: another one does not connect anew. */
export const resolveSource = async (entry: SourceEntry, context: ResolveContext): Promise<SourceConfig> =>
  await kindOf(entry).resolve({ ...entry, label: undefined }, context)

export const createSource = async (config: SourceConfig, context: SourceContext): Promise<Source> => ({
  ...(await kindOf(config).create(config, context)),
  kind: config.type,
})
