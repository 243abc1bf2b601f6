/** `type: pop3` in a config. */
import { z } from 'zod'
import type { Pop3SourceConfig } from '../../config.ts'
import { duration, fingerprint, flag, id, map, text, webPage, whole } from '../words.ts'
import { pemOf, type Surroundings } from './kind.ts'
import { refuseReadablePassword, security } from './mail-server.ts'
import { refuseOtherThanOne, resolveSignIn, signInKeys } from './sign-in.ts'

const USER_WORDS = 'must be the name to log in with'

export const pop3Schema = map({
  type: z.literal('pop3'),
  name: text('must be a name').optional(),
  account: id,
  host: text('must be the name of a host'),
  port: whole(1, 65_535).optional(),
  security: security.default('tls'),
  allowInsecure: flag.default(false),
  user: text(USER_WORDS).regex(/^[^\p{Cc}]+$/u, USER_WORDS),
  ...signInKeys,
  interval: duration('1s', '24h').default(120_000),
  ca: text('must be the path of a PEM file').optional(),
  pin: fingerprint.optional(),
  webUrl: webPage.optional(),
})
  .superRefine(refuseReadablePassword)
  .superRefine(refuseOtherThanOne)

export async function resolvePop3(source: z.infer<typeof pop3Schema>, surroundings: Surroundings): Promise<Pop3SourceConfig> {
  const { name, dataDir } = surroundings
  const { account, host, port, security: encryption, user, interval, ca, pin, webUrl } = source
  return {
    type: 'pop3',
    name,
    account,
    host,
    port: port ?? (encryption === 'tls' ? 995 : 110),
    security: encryption,
    user,
    ...resolveSignIn(source, account, surroundings),
    intervalMs: interval,
    ca: await pemOf(ca, surroundings),
    pin,
    webUrl,
    dataDir,
  }
}
