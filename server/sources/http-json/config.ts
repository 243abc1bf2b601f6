/** `type: http` in a config. */
import { z } from 'zod'
import { Secret } from '../../auth/secret.ts'
import { addressOrSecret, duration, flag, id, map, must, named, secretFrom, secretsFrom } from '../../yaml/fields.ts'
import { caPath, commonKeys, type ConfigOf, defineEntry, readCa } from '../kind.ts'
import { readServiceUrl } from '../lib/web/url.ts'
import { readPointer } from './pointer.ts'

const POINTER_RULE = 'must be a JSON Pointer such as /unread or /folders/0/unread'

/** Fields that belong to the connection, or that the validators of the previous response set. */
const RESERVED_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|te|upgrade|expect|proxy-.*|accept-encoding|if-none-match|if-modified-since)$/i

const schema = map({
  ...commonKeys('http'),
  url: addressOrSecret(z.string(), 'must be an address'),
  /** The place of the count in the response (RFC 6901). */
  pointer: z
    .string(must(POINTER_RULE))
    .refine((pointer) => readPointer(pointer) !== null, must(POINTER_RULE))
    .default(''),
  /** Undefined where the response names the account of each count. */
  account: id.optional(),
  headers: named(
    z
      .string()
      .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'must be the name of a header field')
      .refine((header) => !RESERVED_HEADERS.test(header), 'must not be a header field that belongs to the connection'),
    'must be a map of header fields',
  ).default({}),
  interval: duration('1s', '24h').default(60_000),
  /** For request and response. */
  timeout: duration('100ms', '5m').default(20_000),
  ca: caPath,
  /** Allows plain HTTP to other machines. */
  allowInsecure: flag.default(false),
}).superRefine(({ url, allowInsecure }, context) => {
  if (url instanceof Secret) return
  const read = readServiceUrl(url.plain, allowInsecure)
  if (typeof read === 'string') context.addIssue({ code: 'custom', path: ['url'], message: read })
})

export const httpEntry = defineEntry(schema, async ({ url, headers, interval, timeout, ca, ...rest }, context) => ({
  ...rest,
  name: context.name,
  url: secretFrom(url, context.folder),
  headers: secretsFrom(headers, context.folder),
  intervalMs: interval,
  timeoutMs: timeout,
  ca: await readCa(ca, context),
}))
export type HttpSourceConfig = ConfigOf<typeof httpEntry>
