/**
 * The wire contract: paths, limits, and the schemas of the bodies with their types.
 *
 * Plain HTTP semantics (RFC 9110), so that curl, proxies and any language can speak it. Server and client share only
 * this file, headers.ts and problems.ts.
 */
import { z } from 'zod'
import { LABEL_LENGTH } from './shared-values.ts'
import { TOKEN_SCOPES } from './token-scopes.ts'

/*
 * `z.object` reads answers, since a newer server may send more; `z.strictObject` reads requests, so that a misspelt key
 * is an error.
 */

/** Paths of the wire; `{id}` stands for an account's id, `{message}` for that of one of its messages: see path-ids.ts. */
export const PATHS = {
  accounts: '/v1/accounts',
  account: '/v1/accounts/{id}',
  messages: '/v1/accounts/{id}/messages',
  message: '/v1/accounts/{id}/messages/{message}',
  accountHistory: '/v1/accounts/{id}/history',
  history: '/v1/history',
  server: '/v1/server',
  demo: '/v1/demo',
  findMailbox: '/v1/manage/find',
  managed: '/v1/manage/accounts',
  managedAccount: '/v1/manage/accounts/{id}',
  checkAccount: '/v1/manage/accounts/{id}/check',
  tries: '/v1/manage/tries',
  try: '/v1/manage/tries/{try}',
  tryRedirect: '/v1/manage/tries/{try}/redirect',
  codes: '/v1/codes',
  token: '/v1/token',
  openapi: '/v1/openapi.json',
  health: '/healthz',
  ready: '/readyz',
  metrics: '/metrics',
  legacy: '/get.php',
} as const

/** The port of a headless server if none is configured. */
export const DEFAULT_PORT = 6245

/** Seconds that a client is ready to wait, and the longest hold of a server by default: proxies cut at 60. */
export const DEFAULT_WAIT_SECONDS = 55

/** Limits of what the wire carries. */
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
  codeBodyBytes: 1024,
  /** A week. */
  validForSeconds: 604_800,
} as const

/** C0 and C1 control characters, DEL, and lone surrogates. */
const FORBIDDEN_IN_ID = /[\p{Cc}\p{Cs}]/u

/**
 * The id of an account: 1 to 256 characters (UTF-16 units) without control characters. It is the key of a Map,
 * never a path. "." and ".." are rejected because URL parsers resolve them away, even percent-encoded.
 */
export const AccountId = z
  .string()
  .min(1, 'must not be empty')
  .max(LIMITS.idLength, `must have at most ${LIMITS.idLength} characters`)
  .refine((id) => !FORBIDDEN_IN_ID.test(id) && id !== '.' && id !== '..', 'must hold no control character and be neither "." nor ".."')
  .meta({ description: 'The id of an account: 1 to 256 characters, no control characters.' })

/** What people call an account, on one line; empty for its id. Two accounts may have the same one. */
export const AccountLabel = z
  .string()
  .trim()
  .max(LABEL_LENGTH, `must have at most ${LABEL_LENGTH} characters`)
  .refine((label) => !FORBIDDEN_IN_ID.test(label), 'must be on one line, without control characters')

/** Accounts by their exact ids, or all of them. */
export type AccountIds = readonly string[] | '*'

const Count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const Text = z.string().max(LIMITS.textLength)

/** What a folder is for (RFC 6154 special use, and the inbox). */
export const FolderRole = z.enum(['inbox', 'all', 'archive', 'drafts', 'flagged', 'junk', 'sent', 'trash'])
export type FolderRole = z.infer<typeof FolderRole>

/** An IMAP mailbox, or the nearest equivalent in another kind of source. A `stale` one could not be counted this time: its last count stands. */
export const Folder = z.object({
  path: Text,
  role: FolderRole.optional(),
  unread: Count,
  total: Count.optional(),
  status: z.enum(['ok', 'stale']).optional().meta({ description: 'Absent: ok.' }),
})
export type Folder = z.infer<typeof Folder>

const WebAddress = z.url({ protocol: /^https?$/ }).max(LIMITS.urlBytes)

/**
 * A Message-ID (RFC 5322, section 3.6.4) without its angle brackets: visible ASCII. It needs no `@`, since some senders
 * omit it, and mail programs find such a message all the same.
 */
export const MessageId = z
  .string()
  .overwrite((text) => text.replace(/^<(.*)>$/s, '$1'))
  .max(LIMITS.messageIdLength)
  .regex(/^[\x21-\x3b\x3d\x3f-\x7e]+$/)

/** In UTC; unchanged where that is no year of four digits. */
function inUtc(dateTime: string): string {
  const date = new Date(dateTime)
  if (dateTime.endsWith('Z') || Number.isNaN(date.getTime())) return dateTime
  const text = date.toISOString()
  return /^\d{4}-/.test(text) ? text : dateTime
}

/** In capitals, with a T, and a leap second as the one before it: what RFC 3339 allows, as ISO 8601 in JavaScript has it. */
const strict = (dateTime: string): string =>
  dateTime
    .toUpperCase()
    .replace(/^(\S{10}) /, '$1T')
    .replace(/^(.{14}59):60(?=[.Z+-])/, '$1:59')

/** A date and time with `Z` or an offset (RFC 3339), read as UTC. */
const DateTime = z
  .string()
  .overwrite(strict)
  .meta({ format: 'date-time' })
  .pipe(
    z.iso
      .datetime({ offset: true })
      .overwrite(inUtc)
      .refine((text) => text.endsWith('Z'), 'must be a date in the years 0000 to 9999 in UTC'),
  )

/**
 * One of the newest unread messages, newest first in a list. `date` is ISO 8601 in UTC; `url` opens this message on the
 * web. An invalid `messageId` is dropped and the message stays, for the sender wrote it.
 */
export const Message = z.object({
  id: z.string().min(1).max(LIMITS.textLength),
  folder: Text.optional(),
  from: Text,
  subject: Text,
  date: DateTime.optional(),
  url: WebAddress.optional(),
  messageId: MessageId.optional()
    .catch(undefined)
    .meta({ description: 'Its Message-ID (RFC 5322, section 3.6.4), without the angle brackets.' }),
})
export type Message = z.infer<typeof Message>

/** What can be done with a message, if its source supports it. */
export const MessageAction = z.enum(['read', 'archive', 'delete'])
export type MessageAction = z.infer<typeof MessageAction>

/** Body of `POST /v1/accounts/{id}/messages/{message}` (scope `act`); answered 204 once the mail server has confirmed. */
export const PostMessage = z.strictObject({ action: MessageAction })
export type PostMessage = z.infer<typeof PostMessage>

/**
 * Body of `POST /v1/accounts/{id}/messages` (scope `act`): marks all messages read that are unread by then in the counted
 * folders; answered 204 once the mail server has confirmed. Possible if `actions` has `read`.
 */
export const PostMessages = z.strictObject({ action: z.literal('read') })
export type PostMessages = z.infer<typeof PostMessages>

/** The kinds of a source's errors; each is handled in its own way. */
export const SourceErrorCode = z.enum(['auth', 'network', 'rate', 'protocol', 'config'])
export type SourceErrorCode = z.infer<typeof SourceErrorCode>

/** Why an account is not `ok`: one sentence that says what is wrong and what to do. */
export const AccountError = z.object({ code: SourceErrorCode, message: z.string().max(1000) })
export type AccountError = z.infer<typeof AccountError>

/**
 * How far the number can be trusted: `pending` no count yet; `ok`; `stale` the source is not answering, or a part of the
 * number is missing or old (see `notices`); `error` needs the user (see `error`).
 */
export const AccountStatus = z.enum(['pending', 'ok', 'stale', 'error'])
export type AccountStatus = z.infer<typeof AccountStatus>

/** An account as a client sees it. `unread` is null until the first count, never a made-up 0. */
export const Account = z.object({
  id: AccountId,
  label: z.string().optional().meta({ description: 'What people call the account; absent: its id.' }),
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
    .meta({ description: 'The actions on its messages that this token allows; absent where there are none.' }),
  notices: z.array(Text).optional().meta({
    description: 'What is missing from the number, and what the mail server asks to be shown to the user (RFC 9051, ALERT), newest first.',
  }),
  url: WebAddress.optional().meta({ description: 'The inbox on the web.' }),
})
export type Account = z.infer<typeof Account>

/** Body of `GET /v1/accounts`: always the full state, so that a repeated or lost answer does no harm. */
export const AccountsAnswer = z.object({ accounts: z.array(Account) })
export type AccountsAnswer = z.infer<typeof AccountsAnswer>

/** A number for each step of time, of the same length each. */
export const HistorySeries = z.object({
  startsAt: z.iso.datetime().meta({ description: 'When the first step begins, which is the first with a known number.' }),
  stepSeconds: z.int().min(1),
  unread: z.array(Count.nullable()).min(1).meta({
    description:
      'The number at the end of each step; null: not known, for example because the server did not run. The last step is the present one.',
  }),
})
export type HistorySeries = z.infer<typeof HistorySeries>

export const Arrival = z.object({
  medianSeconds: z.number().min(0),
  messages: z.int().min(1).meta({ description: 'The newest messages of which it is the median.' }),
})
export type Arrival = z.infer<typeof Arrival>

/** Body of `GET /v1/accounts/{id}/history`, and of `GET /v1/history`: the accounts of the token together. */
export const History = z.object({
  day: HistorySeries.meta({ description: 'The last 24 hours, in steps of a minute.' }),
  month: HistorySeries.meta({ description: 'The last 30 days, in steps of an hour.' }),
  arrival: Arrival.optional().meta({
    description: 'The time from the arrival at the mail server to this server, of messages that were new while it ran. Absent if none was.',
  }),
})
export type History = z.infer<typeof History>

/** Null, which many programs write for what they do not know, is read as absent. */
const orNull = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined)
const TextOrNull = Text.nullable().transform((text) => text ?? '')

const PushedMessage = Message.extend({
  folder: orNull(Text),
  from: TextOrNull,
  subject: TextOrNull,
  date: orNull(DateTime),
  url: orNull(WebAddress),
})

const pushed = {
  unread: Count,
  total: orNull(Count),
  folders: orNull(z.array(Folder).max(LIMITS.foldersPerAccount)),
  latest: orNull(z.array(PushedMessage).max(LIMITS.latestPerAccount)),
}

const ValidFor = orNull(z.int().min(1).max(LIMITS.validForSeconds)).meta({
  description: 'Seconds after which the number is `stale` unless it is pushed again. Absent: no limit.',
})

/** Body of `PUT /v1/accounts/{id}`. */
export const PutAccount = z.strictObject({ ...pushed, validFor: ValidFor })
export type PutAccount = z.infer<typeof PutAccount>

export const PutEntry = z.strictObject({ id: AccountId, ...pushed, validFor: ValidFor })
export type PutEntry = z.infer<typeof PutEntry>

const putList = <T extends z.ZodType>(entry: T) => z.strictObject({ accounts: z.array(entry).min(1).max(LIMITS.accountsPerPut) })

export const REPEATED_ID = 'must name each id once'

/** Body of `PUT /v1/accounts`: all or nothing, one release pass. A repeated id is an error. */
export const PutAccounts = putList(PutEntry).refine(({ accounts }) => new Set(accounts.map(({ id }) => id)).size === accounts.length, {
  path: ['accounts'],
  error: REPEATED_ID,
})
/** The same, with entries that are not checked yet. */
export const PutList = putList(z.unknown())
export type PutAccounts = z.infer<typeof PutAccounts>

/** Body of `GET /v1/server`: what a client needs to know before it shows anything. */
export const ServerInfo = z.object({
  name: z.literal('mailbell'),
  version: z.string(),
  demo: z.boolean().meta({ description: 'The embedded demo mailbox is a source, and POST /v1/demo works.' }),
  demoAccounts: z.array(AccountId).optional().meta({ description: 'Its accounts, as far as the token of this request covers them.' }),
  token: z.string().optional().meta({ description: 'The name of the token of this request.' }),
  scopes: z.array(z.string()).optional().meta({ description: 'What the token of this request allows here.' }),
})
export type ServerInfo = z.infer<typeof ServerInfo>

/** Body of `POST /v1/demo` (scope `act`): changes the demo mailbox; answered 204. */
export const DemoAction = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('deliver'), account: AccountId, from: Text.optional(), subject: Text.optional() }),
  z.strictObject({ action: z.literal('read'), account: AccountId }),
])
export type DemoAction = z.infer<typeof DemoAction>

/** Body of `POST /v1/codes`: makes a one-time code for the token of the request. An empty body is `{}`. */
export const PostCode = z.strictObject({
  validFor: z
    .int()
    .min(60)
    .max(LIMITS.validForSeconds)
    .optional()
    .meta({ description: 'Seconds until the code expires. Absent: an hour.' }),
})
export const CreatedCode = z.object({ code: z.string(), validFor: z.int() })
export type CreatedCode = z.infer<typeof CreatedCode>

/** Body of `POST /v1/token`: exchanges a one-time code for the token that it was made with. */
export const PostToken = z.strictObject({ code: Text.min(1) })
export const RedeemedToken = z.object({ token: z.string() })
export type RedeemedToken = z.infer<typeof RedeemedToken>

export const TokenScope = z.enum(TOKEN_SCOPES)
export type TokenScope = z.infer<typeof TokenScope>
