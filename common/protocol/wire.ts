/**
 * The wire contract: paths, header names, schemas with their types, problem codes.
 *
 * Plain HTTP semantics (RFC 9110), so that curl, proxies and any language can speak it. Both ends import
 * this file and nothing else of each other.
 */
import { z } from 'zod'

/*
 * Answers are read with `z.object` (a newer server may say more), requests with `z.strictObject` (a misspelt key
 * is an error, not a silent nothing).
 */

/** Paths of the wire; `{id}` stands for an account's id, `{message}` for that of one of its mails, both percent-encoded. */
export const PATHS = {
  accounts: '/v1/accounts',
  account: '/v1/accounts/{id}',
  messages: '/v1/accounts/{id}/messages',
  message: '/v1/accounts/{id}/messages/{message}',
  server: '/v1/server',
  demo: '/v1/demo',
  openapi: '/v1/openapi.json',
  health: '/healthz',
  ready: '/readyz',
  metrics: '/metrics',
  legacy: '/get.php',
} as const

/** The port of a headless server where none is configured. */
export const DEFAULT_PORT = 6245

/** Seconds a client says it is ready to wait, and the longest that a server holds by default: proxies cut at 60. */
export const DEFAULT_WAIT_SECONDS = 55

/** Bounds of what the wire carries. */
export const LIMITS = {
  idLength: 256,
  accountsPerPut: 10_000,
  bodyBytes: 64 * 1024,
  bulkBodyBytes: 1024 * 1024,
  urlBytes: 2048,
  headerBytes: 8 * 1024,
  latestPerAccount: 20,
  foldersPerAccount: 1000,
  textLength: 998,
  messageIdLength: 900,
  noticesPerAccount: 5,
} as const

/** True when `text` holds a C0 or C1 control character, DEL, or a lone surrogate: none belongs in an id. */
function hasForbiddenCharacter(text: string): boolean {
  return /[\p{Cc}\p{Cs}]/u.test(text)
}

/**
 * The id of an account: 1 to 256 characters (UTF-16 units) without control characters. It is the key of a Map,
 * never a path. "." and ".." are refused because URL parsers resolve them away, even percent-encoded.
 */
export const AccountId = z
  .string()
  .min(1, 'must not be empty')
  .max(LIMITS.idLength, `must have at most ${LIMITS.idLength} characters`)
  .refine((id) => !hasForbiddenCharacter(id) && id !== '.' && id !== '..', {
    error: 'must hold no control character and be neither "." nor ".."',
  })
  .meta({ id: 'AccountId', description: 'The id of an account: 1 to 256 characters, no control characters.' })

/** Accounts by their exact ids, or all of them. */
export type AccountIds = readonly string[] | '*'

const Count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const Text = z.string().max(LIMITS.textLength)

/** What a folder is for (RFC 6154 special use, and the inbox). */
export const FolderRole = z.enum(['inbox', 'all', 'archive', 'drafts', 'flagged', 'junk', 'sent', 'trash'])
export type FolderRole = z.infer<typeof FolderRole>

/** An IMAP mailbox, or what comes nearest in another kind of source. */
export const Folder = z.object({ path: Text, role: FolderRole.optional(), unread: Count, total: Count.optional() }).meta({ id: 'Folder' })
export type Folder = z.infer<typeof Folder>

const WebAddress = z.url({ protocol: /^https?$/ }).max(LIMITS.urlBytes)

/**
 * What names a mail everywhere (RFC 5322, section 3.6.4), without its angle brackets: visible ASCII. That there is an `@`
 * in it is not asked for, since senders forget it, and mail programs find such a mail all the same.
 */
export const MessageId = z
  .string()
  .overwrite((text) => text.replace(/^<(.*)>$/s, '$1'))
  .max(LIMITS.messageIdLength)
  .regex(/^[\x21-\x3b\x3d\x3f-\x7e]+$/)

/**
 * One of the newest unread mails, newest first in a list. `date` is ISO 8601 in UTC; `url` opens this very mail on the
 * web. A `messageId` that is none is left out, and the mail stays: it is its sender who wrote it.
 */
export const Message = z
  .object({
    id: z.string().min(1).max(LIMITS.textLength),
    folder: Text.optional(),
    from: Text,
    subject: Text,
    date: z.iso.datetime().optional(),
    url: WebAddress.optional(),
    messageId: MessageId.optional()
      .catch(undefined)
      .meta({ description: 'Its Message-ID (RFC 5322, section 3.6.4), without the angle brackets.' }),
  })
  .meta({ id: 'Mail' })
export type Message = z.infer<typeof Message>

/** What can be done with a mail, where its source can do it. */
export const MessageAction = z.enum(['read', 'archive', 'delete'])
export type MessageAction = z.infer<typeof MessageAction>

/** Body of `POST /v1/accounts/{id}/messages/{message}` (scope `act`); answered 204 once the mail server has said yes. */
export const PostMessage = z.strictObject({ action: MessageAction }).meta({ id: 'PostMessage' })
export type PostMessage = z.infer<typeof PostMessage>

/**
 * Body of `POST /v1/accounts/{id}/messages` (scope `act`): all mails that are unread by then, in the folders that are
 * counted, are marked read; answered 204 once the mail server has said yes. Possible where `actions` has `read`.
 */
export const PostMessages = z.strictObject({ action: z.literal('read') }).meta({ id: 'PostMessages' })
export type PostMessages = z.infer<typeof PostMessages>

/** What went wrong at a source; each kind is handled in its own way. */
export const SourceErrorCode = z.enum(['auth', 'network', 'rate', 'protocol', 'config'])
export type SourceErrorCode = z.infer<typeof SourceErrorCode>

/** Why an account is not `ok`: one sentence that says what is wrong and what to do. */
export const AccountError = z.object({ code: SourceErrorCode, message: z.string().max(1000) }).meta({ id: 'AccountError' })
export type AccountError = z.infer<typeof AccountError>

/**
 * How far the number can be trusted: `pending` no count yet; `ok`; `stale` the source does not answer just now,
 * the number may be old; `error` it needs somebody (see `error`).
 */
export const AccountStatus = z.enum(['pending', 'ok', 'stale', 'error'])
export type AccountStatus = z.infer<typeof AccountStatus>

/** An account as a client sees it. `unread` is null until it was counted once: never a made-up 0. */
export const Account = z
  .object({
    id: AccountId,
    unread: Count.nullable(),
    total: Count.optional(),
    status: AccountStatus,
    error: AccountError.optional(),
    checkedAt: z.iso.datetime().nullable().meta({ description: 'When the source last confirmed the number, as of this answer.' }),
    folders: z.array(Folder).optional(),
    latest: z.array(Message).optional(),
    actions: z
      .array(MessageAction)
      .optional()
      .meta({ description: 'What this token can have done with its mails; absent where nothing can be.' }),
    notices: z
      .array(Text)
      .optional()
      .meta({ description: 'What the mail server wants the person to be told (RFC 9051, ALERT), newest first.' }),
    url: WebAddress.optional().meta({ description: 'The inbox on the web.' }),
  })
  .meta({ id: 'Account' })
export type Account = z.infer<typeof Account>

/** Body of `GET /v1/accounts`: always the full state, so that a repeated or lost answer does no harm. */
export const AccountsAnswer = z.object({ accounts: z.array(Account) }).meta({ id: 'AccountsAnswer' })
export type AccountsAnswer = z.infer<typeof AccountsAnswer>

const pushed = {
  unread: Count,
  total: Count.optional(),
  folders: z.array(Folder).max(LIMITS.foldersPerAccount).optional(),
  latest: z.array(Message).max(LIMITS.latestPerAccount).optional(),
}

/** Body of `PUT /v1/accounts/{id}`. */
export const PutAccount = z.strictObject(pushed).meta({ id: 'PutAccount' })
export type PutAccount = z.infer<typeof PutAccount>

/** Body of `PUT /v1/accounts`: all or nothing, one release pass. An id that stands twice is refused. */
export const PutAccounts = z
  .strictObject({
    accounts: z
      .array(z.strictObject({ id: AccountId, ...pushed }))
      .min(1)
      .max(LIMITS.accountsPerPut),
  })
  .refine(({ accounts }) => new Set(accounts.map(({ id }) => id)).size === accounts.length, {
    path: ['accounts'],
    error: 'must name each id once',
  })
  .meta({ id: 'PutAccounts' })
export type PutAccounts = z.infer<typeof PutAccounts>

/** Body of `GET /v1/server`: what a client may want to know before it draws anything. */
export const ServerInfo = z
  .object({
    name: z.literal('mailbell'),
    version: z.string(),
    demo: z.boolean().meta({ description: 'The embedded demo mailbox is the source, and POST /v1/demo works.' }),
  })
  .meta({ id: 'ServerInfo' })
export type ServerInfo = z.infer<typeof ServerInfo>

/** Body of `POST /v1/demo` (scope `act`): changes the demo mailbox; answered 204. */
export const DemoAction = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('deliver'), account: AccountId, from: Text.optional(), subject: Text.optional() }),
    z.strictObject({ action: z.literal('read'), account: AccountId }),
  ])
  .meta({ id: 'DemoAction' })
export type DemoAction = z.infer<typeof DemoAction>

/** What a token allows: `read` the accounts, `collect` (PUT counts), `act` (change mails). */
export const Scope = z.enum(['read', 'collect', 'act'])
export type Scope = z.infer<typeof Scope>

/** Every problem that the server answers, with its status and title (RFC 9457; `type` is `about:blank#code`). */
export const PROBLEMS = {
  'bad-request': { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  timeout: { status: 408, title: 'The request did not arrive in time' },
  conflict: { status: 409, title: 'The account is counted by a configured source' },
  'cannot-act': { status: 409, title: 'The account’s source cannot do this' },
  'too-large': { status: 413, title: 'The request is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'misdirected-request': { status: 421, title: 'This server does not answer to that host name' },
  'headers-too-large': { status: 431, title: 'The header fields are too large' },
  'too-many-requests': { status: 429, title: 'Too many polls at once' },
  internal: { status: 500, title: 'The server failed' },
  'mail-server-refused': { status: 502, title: 'The mail server refused' },
  'mail-server-unreachable': { status: 503, title: 'The mail server cannot be reached just now' },
  'mail-server-timeout': { status: 504, title: 'The mail server did not answer in time' },
  'too-many-acts': { status: 503, title: 'Too much is waiting to be done in this account' },
  overloaded: { status: 503, title: 'The server holds as many polls as it may' },
  'board-away': { status: 503, title: 'The shared board cannot be reached just now' },
  'not-ready': { status: 503, title: 'The server is starting or shutting down' },
} as const satisfies Record<string, { status: number; title: string }>
export type ProblemCode = keyof typeof PROBLEMS

/** An error as `application/problem+json` (RFC 9457). `field` names what was wrong in the input. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.string().optional(),
    field: z.string().optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>

export const PROBLEM_TYPE = 'application/problem+json'

/** An opaque tag, `epoch.rev`, compared with ≠ and never with <. On the wire it is a strong ETag, in quotes. */
export type Tag = string

/** The tag as an entity-tag (RFC 9110, section 8.8.3). */
export const etagOf = (tag: Tag): string => `"${tag}"`

/** What `If-None-Match` says: the tags named, `any` for `*`, or null where it is malformed (RFC 9110, section 13.1.2). */
export function parseIfNoneMatch(header: string): { tags: readonly Tag[] } | { any: true } | null {
  const text = header.trim()
  if (text === '*') return { any: true }
  if (!/^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*$/.test(text)) return null
  return { tags: Array.from(text.matchAll(/"([^"]*)"/g), ([, tag]) => tag ?? '') }
}

/**
 * Seconds of `Prefer: wait=N` (RFC 7240, section 4.3): 0 where it is not there, null where its value is not a
 * whole number of seconds. Other preferences are ignored, and the first `wait` counts, as section 2 asks.
 */
export function parseWait(header: string | undefined): number | null {
  if (header === undefined) return 0
  for (const preference of header.split(',')) {
    const [name = '', value = ''] = (preference.split(';')[0] ?? '').split('=', 2).map((part) => part.trim())
    if (name.toLowerCase() !== 'wait') continue
    const digits = /^(?:"(\d{1,15})"|(\d{1,15}))$/.exec(value)
    return digits ? Number(digits[1] ?? digits[2]) : null
  }
  return 0
}

/** Milliseconds of `Retry-After`, seconds or a date (RFC 9110, section 10.2.3); null where there is none. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs)
}
