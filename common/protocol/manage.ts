/** Bodies of `/v1/manage/…` (scope `manage`): finding, trying, adding and removing mail accounts of a server. */
import { z } from 'zod'
import { AccountForm, LabelForm, ShortText, StoredAccount } from './account.ts'
import type { Discovery, SignInPrompt, TryError } from './discovery.ts'
import { AccountId, SourceErrorCode } from './wire.ts'

/** Body of `POST /v1/manage/find`. */
export const PostFind = z.strictObject({ address: ShortText })

const Texts = z.object({ en: z.string(), ko: z.string() })

const Candidate = z.object({
  protocol: z.enum(['imap', 'jmap', 'pop3']),
  host: z.string(),
  port: z.int(),
  security: z.enum(['tls', 'starttls']),
  user: z.string(),
  url: z.string().exactOptional(),
  signIn: z.array(z.enum(['password', 'app-password', 'token', 'google', 'microsoft', 'desktop'])),
  origins: z.array(z.enum(['table', 'mx', 'autoconfig', 'srv', 'exchange', 'well-known', 'guess', 'gnome', 'thunderbird'])),
  mustConfirm: z.boolean(),
})

const ProviderInfo = z.object({
  id: z.string(),
  name: Texts,
  webUrl: z.string(),
  steps: z.array(z.object({ text: Texts, url: z.string().exactOptional() })),
  clientUrl: z.string().exactOptional(),
  refusal: Texts.exactOptional(),
})

/** Answer of `POST /v1/manage/find`: the servers that may have the mailbox, the best first. */
export const FoundMailbox: z.ZodType<Discovery> = z.object({
  address: z.string(),
  candidates: z.array(Candidate),
  provider: ProviderInfo.nullable(),
})

/** Answer of `GET /v1/manage/accounts`: what can be changed here, and the file that holds it. */
export const ManagedAccounts = z.object({ file: z.string(), accounts: z.array(AccountId) })
export type ManagedAccounts = z.infer<typeof ManagedAccounts>

/** Answer of `GET /v1/manage/accounts/{id}`. */
export const ManagedAccount = StoredAccount
export type ManagedAccount = StoredAccount

/** Body of `PATCH /v1/manage/accounts/{id}`: an empty label is that of no name, so that the id is shown. */
export const PatchAccount = LabelForm.omit({ account: true })

/** Body of `POST /v1/manage/tries`: signs in, and writes the account to the config if that works. */
export const PostTry = z.strictObject({
  account: AccountForm,
  again: z.boolean().meta({ description: 'Replaces the sign-in of an account that is there; else the account is new.' }),
})
export type PostTry = z.infer<typeof PostTry>

const TryStep = z.enum(['find', 'connect', 'certificate', 'sign-in', 'folders'])

const Certificate = z.object({
  fingerprint: z.string(),
  subject: z.string(),
  issuer: z.string(),
  validFrom: z.string(),
  validTo: z.string(),
  problem: z.enum(['unknown-authority', 'wrong-name', 'expired', 'not-yet-valid', 'revoked', 'changed', 'other']),
  canPin: z.boolean(),
}) satisfies z.ZodType<TryError['certificate']>

/** Why a try stored nothing; `exists` and `not-found` concern the account in the config. */
export const TryFailure = z.enum([
  ...SourceErrorCode.options,
  'cancelled',
  'sign-in-denied',
  'sign-in-expired',
  'exists',
  'not-found',
  'config-broken',
  'config-not-written',
  'restarting',
])
export type TryFailure = z.infer<typeof TryFailure>

const SignInUrl = z.string().meta({ description: 'Where the user signs in, with a browser.' })
const PROMPTS = [
  z.object({ kind: z.literal('sign-in'), url: SignInUrl }).meta({ description: 'The browser comes back by itself.' }),
  z
    .object({ kind: z.literal('enter-code'), url: SignInUrl, code: z.string(), signInUrl: SignInUrl.exactOptional() })
    .meta({ description: 'The user enters the code there; or signs in at `signInUrl` without it, as for `paste-address`.' }),
  z
    .object({
      kind: z.literal('paste-address'),
      url: SignInUrl,
      codeHasEnded: z.literal(true).exactOptional().meta({ description: 'An `enter-code` came before, whose code is of no use any more.' }),
    })
    .meta({ description: 'The browser ends at an address that does not open: send it to `/v1/manage/tries/{try}/redirect`.' }),
] as const satisfies readonly z.ZodType<SignInPrompt>[]

/** Answer of `GET /v1/manage/tries/{try}`. A step or a sign-in is followed by another state; the others are the last. */
export const TryState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), step: TryStep.nullable() }),
  ...PROMPTS,
  z.object({ kind: z.literal('done') }),
  z.object({
    kind: z.literal('failed'),
    code: TryFailure,
    message: z.string(),
    step: TryStep.exactOptional(),
    certificate: Certificate.exactOptional(),
  }),
])
export type TryState = z.infer<typeof TryState>

/** Answer of `POST /v1/manage/tries`. */
export const StartedTry = z.object({ id: z.string() })

/** Body of `POST /v1/manage/tries/{try}/redirect`: the address at which the browser ended, if it is on another machine. */
export const PostRedirect = z.strictObject({ address: z.string().min(1).max(10_000) })
