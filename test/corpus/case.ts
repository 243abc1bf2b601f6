/** A case of the corpus: a YAML file with what a mail server says, and what Mailbell then shows. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const Kind = z.enum(['imap', 'pop3', 'jmap'])
type Kind = z.infer<typeof Kind>

/** What the server sends instead of its usual answer. Bytes (`!!binary`) are sent as they are. */
const Line = z.union([z.string(), z.instanceof(Uint8Array)])

const LineAnswer = z.strictObject({
  /** Matches the command without its tag, such as `^UID SEARCH`. */
  to: z.string().transform((text) => new RegExp(text, 'i')),
  /** Lines; `{tag}` is the tag of the command. Nothing is sent beside them. */
  send: z.array(Line).default([]),
  /** Sends the usual answer too, after `send`. */
  usual: z.boolean().default(false),
  /** Then closes the connection. */
  close: z.boolean().default(false),
  /** Applies only to the first so many matching commands. */
  times: z.int().default(Infinity),
})
export type LineAnswer = z.infer<typeof LineAnswer>

const Uids = z.array(z.int().min(1))

const Imap = z.strictObject({
  greeting: Line.optional(),
  capabilities: z.string().default('IMAP4rev1 IDLE'),
  /** The UIDs of the unread messages of each folder. */
  folders: z.record(z.string(), Uids).default({ INBOX: [1, 2] }),
  /** The UIDs of the read messages of each folder. */
  read: z.record(z.string(), Uids).default({}),
  answers: z.array(LineAnswer).default([]),
})
export type ImapServer = z.infer<typeof Imap>

const Pop3 = z.strictObject({
  greeting: Line.default('+OK ready'),
  capabilities: z.string().default('USER UIDL TOP'),
  /** The unique ids in the first session, which count as seen. */
  first: z.array(z.string()).default(['a']),
  /** The unique ids in each later session. */
  later: z.array(z.string()).default(['a', 'b', 'c']),
  answers: z.array(LineAnswer).default([]),
})
export type Pop3Server = z.infer<typeof Pop3>

const JmapAnswer = z.strictObject({
  /** Matches `Method/name {"arguments":…}`, or the path of another request. */
  to: z.string().transform((text) => new RegExp(text, 'i')),
  /** The arguments of the method's response. */
  result: z.record(z.string(), z.unknown()).optional(),
  /** A method-level error (RFC 8620, section 3.6.2). */
  error: z.looseObject({ type: z.string() }).optional(),
  /** The answer of the whole HTTP request. */
  http: z.strictObject({ status: z.int(), body: z.string().default(''), headers: z.record(z.string(), z.string()).default({}) }).optional(),
  times: z.int().default(Infinity),
})
export type JmapAnswer = z.infer<typeof JmapAnswer>

const Jmap = z.strictObject({
  /** Changes of the usual inbox, which has two unread emails; `null` removes a property. */
  inbox: z.record(z.string(), z.unknown()).default({}),
  /** More mailboxes. */
  mailboxes: z.array(z.looseObject({ id: z.string() })).default([]),
  session: z.record(z.string(), z.unknown()).default({}),
  answers: z.array(JmapAnswer).default([]),
})
export type JmapServer = z.infer<typeof Jmap>

const Case = z.strictObject({
  /** What is wrong with the server, and which program was seen to be so. */
  about: z.string(),
  /** More keys of the source in Mailbell's config. */
  config: z.record(z.string(), z.unknown()).default({}),
  server: z.unknown().default({}),
  expect: z.strictObject({
    status: z.enum(['ok', 'stale', 'error']),
    unread: z.int().nullable(),
    /** Other numbers that are right at an earlier moment. */
    before: z.array(z.int()).default([]),
    error: z.enum(['auth', 'network', 'rate', 'protocol', 'config']).optional(),
    /** Occurs in the error's sentence or in a notice. */
    says: z.string().optional(),
    /** The number of messages in `latest`. */
    latest: z.int().optional(),
    folders: z.record(z.string(), z.int()).optional(),
  }),
})

const SERVERS = { imap: Imap, pop3: Pop3, jmap: Jmap } as const

export type CorpusCase = z.infer<typeof Case> & { readonly name: string } & (
    | { readonly kind: 'imap'; readonly server: ImapServer }
    | { readonly kind: 'pop3'; readonly server: Pop3Server }
    | { readonly kind: 'jmap'; readonly server: JmapServer }
  )

/** @throws Error that names the file */
export function readCorpus(folder: string): readonly CorpusCase[] {
  return Kind.options.flatMap((kind) =>
    readdirSync(join(folder, kind))
      .filter((file) => file.endsWith('.yaml'))
      .toSorted()
      .map((file) => readCase(kind, join(folder, kind, file), `${kind}/${file.replace('.yaml', '')}`)),
  )
}

function readCase(kind: Kind, path: string, name: string): CorpusCase {
  try {
    const content = Case.parse(parse(readFileSync(path, 'utf8')))
    if (kind === 'imap') return { ...content, name, kind, server: SERVERS.imap.parse(content.server) }
    if (kind === 'pop3') return { ...content, name, kind, server: SERVERS.pop3.parse(content.server) }
    return { ...content, name, kind, server: SERVERS.jmap.parse(content.server) }
  } catch (error) {
    throw new Error(`${path} is no case.`, { cause: error })
  }
}
