/** What a config file may hold, with its defaults and the words for what is wrong with it. */
import { isIP, isIPv6 } from 'node:net'
import { z } from 'zod'
import { DEFAULT_CAPS } from '../config.ts'
import { AccountId, DEFAULT_PORT, DEFAULT_WAIT_SECONDS, Scope } from '../protocol.ts'
import { Secret } from '../secret.ts'
import { nearest, shown } from './mistakes.ts'

const must = (what: string) => ({
  error: ({ input }: { input?: unknown }): string => (input === undefined ? `is missing; it ${what}` : `${what}, not ${shown(input)}`),
})

/** A map with exactly these keys. */
function map<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys, Object.keys(shape)) : `must be a map, not ${shown(issue.input)}`,
  })
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  return keys
    .map((key) => {
      const meant = nearest(key, known)
      return `does not know the key "${key}"; ${meant === null ? `the keys are ${known.join(', ')}` : `did you mean "${meant}"?`}`
    })
    .join(' and ')
}

const text = (what: string) => z.string(must(what)).min(1, must(what))
const flag = z.boolean(must('must be true or false'))

function whole(min: number, max: number) {
  const words = must(`must be a whole number from ${min} to ${max}`)
  return z.int(words).min(min, words).max(max, words)
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A time with its unit, as milliseconds. */
function duration(min: string, max: string) {
  const words = must(`must be a time from ${min} to ${max}, such as 500ms, 3s or 5m`)
  const minMs = msOf(min) ?? 0
  const maxMs = msOf(max) ?? Infinity
  return z
    .string(words)
    .refine((value) => {
      const ms = msOf(value)
      return ms !== null && ms >= minMs && ms <= maxMs
    }, words)
    .transform((value) => msOf(value) ?? 0)
}

function msOf(value: string): number | null {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(value) ?? []
  return number === undefined ? null : Math.round(Number(number) * (UNIT_MS[unit] ?? 0))
}

const SECRET_WORDS = 'must be { env: NAME }, { file: PATH } or { command: [PROGRAM, …] }'

/** A secret's place. What is wrong with it is said without its content: somebody may have written the secret itself. */
const secretPlace = z
  .union(
    [
      z.strictObject({ env: z.string().min(1) }),
      z.strictObject({ file: z.string().min(1) }),
      z
        .strictObject({ command: z.union([z.array(z.string().min(1)).min(1), z.string().regex(/^\S+$/)]) })
        .transform(({ command }) => ({ command: typeof command === 'string' ? [command] : command })),
    ],
    {
      error: ({ input }) =>
        input === undefined
          ? `is missing; it ${SECRET_WORDS}`
          : typeof input === 'string'
            ? `${SECRET_WORDS}; a secret itself does not belong into this file`
            : SECRET_WORDS,
    },
  )
  .transform((place) => new Secret(place))

const URL_WORDS = 'must begin with sqlite:, postgres://, mysql:// or mariadb://'

const sql = map({
  type: z.literal('sql'),
  name: text('must be a name').optional(),
  url: z.union(
    [
      z
        .string()
        .regex(/^(?:sqlite:|postgres(?:ql)?:\/\/|mysql:\/\/|mariadb:\/\/)./)
        .transform((plain) => ({ plain })),
      secretPlace,
    ],
    { error: ({ input }) => (typeof input === 'string' ? URL_WORDS : `${URL_WORDS}, or ${SECRET_WORDS.slice('must '.length)}`) },
  ),
  query: text('must be a query that gives id and unread'),
  interval: duration('100ms', '24h').default(3_000),
  listen: text('must be the name of a channel').optional(),
  timeout: duration('100ms', '5m').default(10_000),
})

const id = z.string(must('must be the id of an account')).superRefine((value, context) => {
  const result = AccountId.safeParse(value)
  if (!result.success)
    context.addIssue({
      code: 'custom',
      message: `must be the id of an account: 1 to 256 characters, none of them a control character, not ${shown(value)}`,
    })
})

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)

const imap = map({
  type: z.literal('imap'),
  name: text('must be a name').optional(),
  account: id,
  host: text('must be the name of a host'),
  port: whole(1, 65_535).optional(),
  security: z.enum(['tls', 'starttls', 'none'], must('must be tls, starttls or none')).default('tls'),
  allowInsecure: flag.default(false),
  user: text('must be the name to log in with'),
  password: secretPlace,
  folders: z.array(text('must be a folder'), must('must be a list of folders')).min(1, 'must name one folder at least').default(['INBOX']),
  interval: duration('1s', '24h').default(60_000),
  ca: text('must be the path of a PEM file').optional(),
}).superRefine(({ security, host, allowInsecure }, context) => {
  if (security !== 'none' || allowInsecure || isLoopback(host)) return
  context.addIssue({
    code: 'custom',
    path: ['security'],
    message: `must be tls or starttls for ${host}, for none sends the password readable; if you accept that, add allowInsecure: true`,
  })
})

const source = z.discriminatedUnion('type', [sql, imap], {
  error: ({ input }) =>
    typeof input === 'object' && input !== null && !Array.isArray(input)
      ? `must be sql or imap${'type' in input ? `, not ${shown(input.type)}` : '; it is missing'}`
      : `must be a map, not ${shown(input)}`,
})

const scope = z.enum(Scope.options, must('must be read, collect or act'))

const token = map({
  name: text('must be a name'),
  hash: z
    .string('must be "sha256:" and 64 hexadecimal digits, as `mailbell token create` prints it')
    .regex(/^sha256:[0-9a-fA-F]{64}$/, 'must be "sha256:" and 64 hexadecimal digits, as `mailbell token create` prints it')
    .transform((value) => value.slice('sha256:'.length).toLowerCase())
    .optional(),
  secret: secretPlace.optional(),
  scope: z
    .union([scope.transform((one) => [one]), z.array(scope).min(1)], 'must be one or a list of read, collect and act')
    .default(['read']),
  accounts: z
    .union(
      [z.literal('*'), z.array(z.union([z.literal('*'), id])).min(1, 'must name one account at least')],
      must('must be a list of account ids, or "*" for all'),
    )
    .transform((ids) => (ids === '*' || ids.includes('*') ? ('*' as const) : ids)),
}).superRefine(({ hash, secret }, context) => {
  if ((hash === undefined) === (secret === undefined)) context.addIssue({ code: 'custom', message: 'must have either hash or secret' })
})

function names(what: string, isOne: (name: string) => boolean) {
  const words = must(`must be ${what}`)
  return z.array(z.string(words).refine(isOne, words), must(`must be a list, each ${what}`)).default([])
}

/** A name or address as it stands in `Host`, which is compared without its port. */
const isHostName = (name: string): boolean => isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || /^[^\s:/?#@[\]]+$/.test(name)

/** As a browser sends it: a path or a slash behind it would never match. */
const isOrigin = (origin: string): boolean => /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin

function isNetwork(network: string): boolean {
  const [address = '', prefix, ...more] = network.split('/')
  const bits = isIPv6(address) ? 128 : 32
  return isIP(address) !== 0 && more.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
}

const server = map({
  host: text('must be an address or the name of a host').default('127.0.0.1'),
  port: whole(0, 65_535).default(DEFAULT_PORT),
  allowedHosts: names('the name of a host, without scheme and port', isHostName),
  allowedOrigins: names('an origin such as https://example.org, without a path', isOrigin),
  trustedProxies: names('an address or a network such as 10.0.0.0/8', isNetwork),
  hold: duration('1s', '1h').default(DEFAULT_WAIT_SECONDS * 1_000),
  drain: duration('0s', '5m').default(5_000),
  legacy: flag.default(false),
  limits: map({
    parked: whole(1, 10_000_000).default(DEFAULT_CAPS.total),
    perToken: whole(1, 10_000_000).default(DEFAULT_CAPS.perToken),
    perAddress: whole(1, 10_000_000).default(DEFAULT_CAPS.perAddress),
  }).prefault({}),
})

/** The whole file; times in milliseconds, secrets as their places. */
export const ConfigFile = map({
  server: server.prefault({}),
  sources: z.array(source, must('must be a list of sources')).default([]),
  tokens: z.array(token, must('must be a list of tokens')).default([]),
  demo: flag.default(false),
  persist: flag.default(true),
})
export type ConfigFile = z.infer<typeof ConfigFile>
