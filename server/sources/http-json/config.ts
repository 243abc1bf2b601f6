/** `type: http` in a config. */
import { z } from 'zod'
import type { HttpSourceConfig } from '../../config/types.ts'
import { readPointer } from './pointer.ts'
import { readServiceUrl } from '../web/url.ts'
import { Secret } from '../../auth/secret.ts'
import { duration, flag, id, map, must, named, SECRET_WORDS, secretPlace, text } from '../../yaml/fields.ts'
import { pemOf, type ResolveContext } from '../config/kind.ts'

const POINTER_WORDS = 'must be a JSON Pointer such as /unread or /folders/0/unread'
const OWN_HEADER_WORDS = 'must not be a header field that belongs to the connection'

/** Of the connection and not of the question, or set by what is known of the last answer. */
const NOT_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|te|upgrade|expect|proxy-.*|accept-encoding|if-none-match|if-modified-since)$/i

export const httpSchema = map({
  type: z.literal('http'),
  name: text('must be a name').optional(),
  url: z.union([z.string().transform((plain) => ({ plain })), secretPlace], {
    error: `must be an address, or ${SECRET_WORDS.slice('must be '.length)}`,
  }),
  pointer: z
    .string(must(POINTER_WORDS))
    .refine((pointer) => readPointer(pointer) !== null, must(POINTER_WORDS))
    .default(''),
  account: id.optional(),
  headers: named(
    z
      .string()
      .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'must be the name of a header field')
      .refine((header) => !NOT_HEADERS.test(header), OWN_HEADER_WORDS),
    'must be a map of header fields',
  ).default({}),
  interval: duration('1s', '24h').default(60_000),
  timeout: duration('100ms', '5m').default(20_000),
  ca: text('must be the path of a PEM file').optional(),
  allowInsecure: flag.default(false),
}).superRefine(({ url, allowInsecure }, context) => {
  if (url instanceof Secret) return
  const read = readServiceUrl(url.plain, allowInsecure)
  if (typeof read === 'string') context.addIssue({ code: 'custom', path: ['url'], message: read })
})

export async function resolveHttp(source: z.infer<typeof httpSchema>, surroundings: ResolveContext): Promise<HttpSourceConfig> {
  const { folder, name } = surroundings
  const { url, pointer, account, headers, interval, timeout, ca, allowInsecure } = source
  return {
    type: 'http',
    name,
    url: url instanceof Secret ? url.anchoredAt(folder) : new Secret({ value: url.plain }),
    pointer,
    account,
    headers: Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, value.anchoredAt(folder)])),
    intervalMs: interval,
    timeoutMs: timeout,
    ca: await pemOf(ca, surroundings),
    allowInsecure,
  }
}
