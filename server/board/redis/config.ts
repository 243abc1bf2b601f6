/** `redis` in a config: several machines share one board. */
import { z } from 'zod'
import { isLoopback } from '../../../common/model/hosts.ts'
import { Secret } from '../../auth/secret.ts'
import { caPath, readCa, type ResolveContext } from '../../sources/kind.ts'
import { addressOrSecret, flag, map, must, secretFrom, secretPlace, text } from '../../yaml/fields.ts'

const URL_RULE = 'must be an address such as redis://HOST:6379/0 or rediss://HOST, without a password'
const PREFIX_RULE = 'must be a name of letters, digits, "-", "_" and "."'
const INSECURE_RULE = 'must begin with rediss: beyond this machine, or allowInsecure must be true'

export const redisSchema = map({
  url: addressOrSecret(z.string().refine(isPlain), URL_RULE),
  password: secretPlace.optional(),
  prefix: text(PREFIX_RULE)
    .regex(/^[\w.-]{1,64}$/, must(PREFIX_RULE))
    .default('mailbell'),
  ca: caPath,
  allowInsecure: flag.default(false),
}).superRefine(({ url, allowInsecure }, context) => {
  if (!(url instanceof Secret) && !isPrivate(url.plain, allowInsecure))
    context.addIssue({ code: 'custom', path: ['url'], message: INSECURE_RULE })
})

/** A password in it would be a secret in the file. */
function isPlain(address: string): boolean {
  const url = URL.parse(address)
  return (
    url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== '' && url.password === '' && /^(?:\/\d{0,4})?$/.test(url.pathname)
  )
}

const isPrivate = (address: string, allowInsecure: boolean): boolean =>
  allowInsecure || !address.startsWith('redis:') || isLoopback(new URL(address).hostname)

export type RedisConfig = Awaited<ReturnType<typeof resolveRedis>>

export async function resolveRedis(
  { url, password, prefix, ca, allowInsecure }: z.infer<typeof redisSchema>,
  context: Pick<ResolveContext, 'folder' | 'addError'>,
) {
  return {
    url: secretFrom(url, context.folder),
    /** Undefined if the address holds it, or if none is needed. */
    password: password?.anchoredAt(context.folder),
    /** What every key and channel of the deployment begins with. */
    prefix,
    /** PEM of certificate authorities that are trusted besides the system's. */
    ca: await readCa(ca, context),
    /** Whether a host other than this machine may be reached without TLS. */
    allowInsecure,
  }
}

/** Why an address that came as a secret cannot be used, in one sentence without the address; null if it can. */
export function redisUrlError(address: string, allowInsecure: boolean): string | null {
  const url = URL.parse(address)
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    return 'The address of Redis must begin with redis:// or rediss://.'
  return isPrivate(address, allowInsecure) ? null : `The address of Redis ${INSECURE_RULE}.`
}
