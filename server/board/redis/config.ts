/** `redis` in a config: several machines share one board. */
import { z } from 'zod'
import { Secret } from '../../auth/secret.ts'
import { pemOf, type ResolveContext } from '../../sources/config/kind.ts'
import { flag, map, must, SECRET_WORDS, secretPlace, text } from '../../yaml/fields.ts'
import { isLoopback } from '../../../common/model/hosts.ts'

const URL_WORDS = 'must be an address such as redis://HOST:6379/0 or rediss://HOST, without a password'
const PREFIX_WORDS = 'must be a name of letters, digits, "-", "_" and "."'
const INSECURE_WORDS = 'must begin with rediss: beyond this machine, or allowInsecure must be true'

export const redisSchema = map({
  url: z.union(
    [
      z
        .string()
        .refine(isPlain)
        .transform((plain) => ({ plain })),
      secretPlace,
    ],
    {
      error: ({ input }) => (typeof input === 'string' ? URL_WORDS : `${URL_WORDS}, or ${SECRET_WORDS.slice('must '.length)}`),
    },
  ),
  password: secretPlace.optional(),
  prefix: text(PREFIX_WORDS)
    .regex(/^[\w.-]{1,64}$/, must(PREFIX_WORDS))
    .default('mailbell'),
  ca: text('must be the path of a PEM file').optional(),
  allowInsecure: flag.default(false),
}).superRefine(({ url, allowInsecure }, context) => {
  if (!(url instanceof Secret) && !isPrivate(url.plain, allowInsecure))
    context.addIssue({ code: 'custom', path: ['url'], message: INSECURE_WORDS })
})

/** A password in it would be a secret in the file. */
function isPlain(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null
  return (
    url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== '' && url.password === '' && /^(?:\/\d{0,4})?$/.test(url.pathname)
  )
}

const isPrivate = (address: string, allowInsecure: boolean): boolean =>
  allowInsecure || !address.startsWith('redis:') || isLoopback(new URL(address).hostname)

export type RedisConfig = Awaited<ReturnType<typeof resolveRedis>>

export async function resolveRedis(
  { url, password, prefix, ca, allowInsecure }: z.infer<typeof redisSchema>,
  context: Pick<ResolveContext, 'folder' | 'mistake'>,
) {
  return {
    url: url instanceof Secret ? url.anchoredAt(context.folder) : new Secret({ value: url.plain }),
    /** Undefined where the address holds it, or where none is needed. */
    password: password?.anchoredAt(context.folder),
    /** What every key and channel of the deployment begins with. */
    prefix,
    /** PEM of certificate authorities that are trusted besides the system's. */
    ca: await pemOf(ca, context),
    /** Whether a host other than this machine may be reached without TLS. */
    allowInsecure,
  }
}

/** Why an address that came as a secret cannot be used, in one sentence without the address; null where it can. */
export function redisUrlError(address: string, allowInsecure: boolean): string | null {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    return 'The address of Redis must begin with redis:// or rediss://.'
  return isPrivate(address, allowInsecure) ? null : `The address of Redis ${INSECURE_WORDS}.`
}
