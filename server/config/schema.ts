/** The content of a config file, with defaults and error messages. */
import { isIP, isIPv6 } from 'node:net'
import { z } from 'zod'
import { DEFAULT_CAPS } from '../board/parking.ts'
import { DEFAULT_PUSH_CAPS } from '../board/pushed.ts'
import { DEFAULT_PORT, DEFAULT_WAIT_SECONDS, TokenScope } from '../../common/protocol/wire.ts'
import { SourceEntry } from '../sources/kinds.ts'
import { redisSchema } from '../board/redis/config.ts'
import { anyText, duration, flag, HOST, hostName, id, isHostName, map, must, secretPlace, text, whole } from '../yaml/fields.ts'

const scope = z.enum(TokenScope.options, must('must be read, collect, act or manage'))

const SCOPES_RULE = 'must be one or a list of read, collect, act and manage'

const HASH_RULE = 'must be "sha256:" and 64 hexadecimal digits, as `mailbell token create` prints it'

const token = map({
  name: text('must be a name'),
  hash: z
    .string(HASH_RULE)
    .regex(/^sha256:[0-9a-fA-F]{64}$/, HASH_RULE)
    .transform((value) => value.slice('sha256:'.length).toLowerCase())
    .optional(),
  secret: secretPlace.optional(),
  scope: z.union([scope.transform((one) => [one]), z.array(scope).min(1, SCOPES_RULE)], SCOPES_RULE).default(['read']),
  accounts: z
    .preprocess(
      (value) => (value === '*' ? ['*'] : value),
      z.array(id, must('must be a list of account ids, or "*" for all')).min(1, 'must name at least one account'),
    )
    .transform((ids) => (ids.includes('*') ? ('*' as const) : ids)),
}).superRefine(({ hash, secret }, context) => {
  if ((hash === undefined) === (secret === undefined)) context.addIssue({ code: 'custom', message: 'must have either hash or secret' })
})

function listOf(what: string, isValid: (name: string) => boolean) {
  const rule = must(`must be ${what}`)
  return z.array(anyText(`must be ${what}`).refine(isValid, rule), must(`must be a list, each ${what}`)).default([])
}

/** As browsers send it: with a path or a slash at the end it would never match. Extensions and apps have their own schemes. */
const isOrigin = (origin: string): boolean =>
  /^https?:/.test(origin) ? URL.parse(origin)?.origin === origin : /^[a-z][a-z\d+.-]*:\/\/[^\s/?#*]+$/.test(origin)

function isNetwork(network: string): boolean {
  const [address = '', prefix, ...more] = network.split('/')
  const bits = isIPv6(address) ? 128 : 32
  return isIP(address) !== 0 && more.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
}

const server = map({
  host: hostName.default('127.0.0.1'),
  /** 0 lets the system choose. */
  port: whole(0, 65_535).default(DEFAULT_PORT),
  /** Names that this server answers to, in addition to the loopback names and `host`. */
  allowedHosts: listOf(HOST, isHostName),
  /** Origins with cross-origin access. */
  allowedOrigins: listOf('an origin such as https://example.org, without a path', isOrigin),
  /** Proxies whose X-Forwarded-For is trusted. */
  trustedProxies: listOf('an address or a network such as 10.0.0.0/8', isNetwork),
  /** Accepts the passwords of mail accounts over plain http from other machines. */
  allowInsecure: flag.default(false),
  hold: duration('1s', '1h').default(DEFAULT_WAIT_SECONDS * 1_000),
  drain: duration('0s', '5m').default(5_000),
  legacy: flag.default(false),
  /** Answers polls and small PUTs straight on the socket. */
  fastPath: flag.default(true),
  limits: map({
    parked: whole(1, 10_000_000).default(DEFAULT_CAPS.total),
    perToken: whole(1, 10_000_000).default(DEFAULT_CAPS.perToken),
    perAddress: whole(1, 10_000_000).default(DEFAULT_CAPS.perAddress),
    pushedAccounts: whole(0, 100_000_000).default(DEFAULT_PUSH_CAPS.accounts),
    pushedAccountsPerToken: whole(0, 100_000_000).default(DEFAULT_PUSH_CAPS.accountsPerToken),
    pushedBytes: whole(0, Number.MAX_SAFE_INTEGER).default(DEFAULT_PUSH_CAPS.bytes),
    pushedBytesPerToken: whole(0, Number.MAX_SAFE_INTEGER).default(DEFAULT_PUSH_CAPS.bytesPerToken),
  }).prefault({}),
})

/** The whole file; times become milliseconds, secrets the places to read them from. */
export const ConfigFile = map({
  server: server.prefault({}),
  sources: z.array(SourceEntry, must('must be a list of sources')).default([]),
  tokens: z.array(token, must('must be a list of tokens')).default([]),
  redis: redisSchema.optional(),
  demo: flag.default(false),
  persist: flag.default(true),
})
export type ConfigFile = z.infer<typeof ConfigFile>
