/** The fields of a config file, with the messages for invalid values: "must be …". */
import { isIP } from 'node:net'
import { z } from 'zod'
import { unbracketed } from '../../common/model/hosts.ts'
import { LABEL_LENGTH } from '../../common/protocol/shared-values.ts'
import { AccountId, AccountLabel } from '../../common/protocol/wire.ts'
import { Secret } from '../auth/secret.ts'
import { plainFingerprint } from '../net/tls/certificate.ts'
import { nearest, shown } from './errors.ts'

const PIN_RULE = 'must be the SHA-256 of a certificate'

export const must = (what: string) => ({
  error: ({ input }: { input?: unknown }): string => (input === undefined ? `is missing; it ${what}` : `${what}, not ${shown(input)}`),
})

/** As `must`, where YAML may have read a text as a number or a truth value. */
const mustBeText = (what: string) => ({
  error: ({ input }: { input?: unknown }): string =>
    typeof input === 'number' || typeof input === 'boolean'
      ? `must be text, not ${shown(input)}; put it in quotes`
      : must(what).error({ input }),
})

/** A map with exactly these keys. */
export function map<T extends z.core.$ZodLooseShape>(shape: T) {
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

/** May be empty. */
export const anyText = (what: string) => z.string(mustBeText(what))
export const text = (what: string) => anyText(what).min(1, must(what))
export const flag = z.boolean(must('must be true or false'))

export function whole(min: number, max: number) {
  const words = must(`must be a whole number from ${min} to ${max}`)
  return z.int(words).min(min, words).max(max, words)
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A time with its unit, as milliseconds. */
export function duration(min: string, max: string) {
  const words = must(`must be a time from ${min} to ${max}, such as 500ms, 3s or 5m`)
  return z
    .string(words)
    .refine((value) => msOf(min) <= msOf(value) && msOf(value) <= msOf(max), words)
    .transform(msOf)
}

/** NaN for an invalid time. */
function msOf(value: string): number {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(value) ?? []
  return Math.round(Number(number) * (UNIT_MS[unit] ?? NaN))
}

/** The SHA-256 of a certificate, as openssl or `mailbell add` show it; the result has its digits only. */
export const fingerprint = z
  .string(must(PIN_RULE))
  .transform((value) => plainFingerprint(value.replace(/^sha-?256[:= ]?/i, '')))
  .refine((value) => /^[0-9a-f]{64}$/.test(value), `${PIN_RULE}, 64 hexadecimal digits`)

const WEB_RULE = 'must be an address that begins with https://'

/** A web page. */
export const webPage = z.string(must(WEB_RULE)).refine((value) => /^https:/i.test(value) && URL.canParse(value), must(WEB_RULE))

export const SECRET_RULE = 'must be { env: NAME }, { file: PATH } or { command: [PROGRAM, …] }'

const placeName = z.string(SECRET_RULE).min(1, SECRET_RULE)

const PLACES = [
  z.strictObject({ env: placeName }),
  z.strictObject({ file: placeName }),
  z
    .strictObject({ command: z.union([z.array(z.string().min(1)).min(1), z.string().regex(/^\S+$/)]) })
    .transform(({ command }) => ({ command: typeof command === 'string' ? [command] : command })),
] as const

/** An error does not repeat the value, which may be the secret itself. */
const placeError =
  (rule: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined
      ? `is missing; it ${rule}`
      : typeof input === 'string' || typeof input === 'number'
        ? `${rule}; do not put the secret itself in this file`
        : rule

/** Where to read a secret. */
export const secretPlace = z.union(PLACES, { error: placeError(SECRET_RULE) }).transform((place) => new Secret(place))

const TOKEN_RULE = `${SECRET_RULE}, or { desktop: ADDRESS }`

/** Where to read an access token: also from the accounts of the desktop. */
export const tokenPlace = z
  .union([...PLACES, z.strictObject({ desktop: placeName })], { error: placeError(TOKEN_RULE) })
  .transform((place) => new Secret(place))

/** An address that may contain a secret: written in the file, or read from the place of one. */
export const addressOrSecret = (plain: z.ZodString, rule: string) =>
  z.union([plain.transform((address) => ({ plain: address })), secretPlace], {
    error: ({ input }) => (typeof input === 'string' ? rule : `${rule}, or ${SECRET_RULE.slice('must '.length)}`),
  })

/** @param anchored makes relative paths of a plain address absolute */
export const secretFrom = (
  address: Secret | { readonly plain: string },
  folder: string,
  anchored = (plain: string): string => plain,
): Secret => (address instanceof Secret ? address.anchoredAt(folder) : new Secret({ value: anchored(address.plain) }))

export const secretsFrom = (secrets: Readonly<Record<string, Secret>>, folder: string): Readonly<Record<string, Secret>> =>
  Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.anchoredAt(folder)]))

/** A secret that may also be written in the file. */
const secretOrText = z.union([z.string().transform((value) => new Secret({ value })), secretPlace], {
  error: `must be a text, or a secret, which ${SECRET_RULE}`,
})

/** A map with names of the user's choice as keys, and values that may be secrets. */
export const named = (name: z.ZodString, what: string) =>
  z.record(name, secretOrText, {
    error: (issue) => (issue.code === 'invalid_key' ? issue.issues[0]?.message : must(what).error(issue)),
  })

const LABEL_RULE = `must be what people call the account, on one line of at most ${LABEL_LENGTH} characters`

export const label = anyText(LABEL_RULE)
  .trim()
  .refine((value) => AccountLabel.safeParse(value).success, must(LABEL_RULE))

export const HOST = 'the name of a host, without scheme and port'
const HOST_RULE = `must be ${HOST}`

/** A name or address as in `Host`, which is compared without its port. A pattern or suffix would never match. */
export const isHostName = (name: string): boolean => isIP(unbracketed(name)) !== 0 || /^[^\s:/?#@[\]*.][^\s:/?#@[\]*]*$/.test(name)

/** To connect to, or to listen on. */
export const hostName = anyText(HOST_RULE).refine(isHostName, must(HOST_RULE)).transform(unbracketed)

const ID_RULE = 'must be the id of an account'

export const id = anyText(ID_RULE).refine(
  (value) => AccountId.safeParse(value).success,
  must(`${ID_RULE}: 1 to 256 characters, none of them a control character`),
)
