/**
 * What a client with the scope `manage` does: finds mailboxes, tries accounts, writes them into the config, and removes them.
 * What is written is used at once, as after SIGHUP.
 */
import { createSerialQueue } from '../../common/async/serial-queue.ts'
import { errorTextOf } from '../../common/errors.ts'
import type { AccountForm, StoredAccount } from '../../common/protocol/account.ts'
import type { Discovery } from '../../common/protocol/discovery.ts'
import type { PostTry, TryFailure, TryState } from '../../common/protocol/manage.ts'
import { OAuthError } from '../auth/oauth/errors.ts'
import { createTrial } from '../auth/oauth/trial.ts'
import { NotWrittenError } from '../config/change.ts'
import { accountOf } from '../config/labels.ts'
import type { Config } from '../config/load.ts'
import type { AccountSetup } from '../desktop/account-setup.ts'
import { mailboxConfigOf } from '../desktop/config.ts'
import type { Logger } from '../platform/log.ts'
import type { SourceContext } from '../sources/context.ts'
import { oauthOf, type SourceConfig } from '../sources/kinds.ts'
import { ConfigError } from '../yaml/errors.ts'
import { AccountError, openAccountsFile, type Written } from './accounts-file.ts'
import { entryErrorOf } from './entry.ts'
import { isRefusedHost } from './reachable.ts'
import { createTries, type ShowTry, type Try } from './tries.ts'

export interface ManageDeps extends Pick<Parameters<typeof createTries>[0], 'now' | 'schedule' | 'newId'> {
  readonly log: Logger
  readonly sourceContext: SourceContext
  /** Where the config is, or will be. */
  readonly configPath: () => string
  /** The config as the environment and the file are now, or the file with another text. @throws ConfigError */
  readonly load: (text?: string) => Promise<Config>
  /** Takes over the config that `write` has written. @throws what `write` throws */
  readonly change: (write: () => Promise<Written>) => Promise<Written>
}

type Started = { readonly kind: 'started'; readonly id: string } | { readonly kind: 'full' } | InvalidAccount
interface InvalidAccount {
  readonly kind: 'invalid'
  readonly field: string
  readonly detail: string
}

/** THE PORT that the routes of `/v1/manage` use. Methods throw what `failureOf` explains. */
export interface Manage {
  find(address: string): Promise<Discovery>
  readonly file: string
  accounts(): readonly StoredAccount[]
  /**
   * @param owner the name of the token, which alone may follow the try
   * @param isRemote the client is on another machine
   */
  start(owner: string, body: PostTry, isRemote: boolean): Promise<Started>
  tryOf(owner: string, id: string): Try | null
  /** False if there is no such try. */
  cancel(owner: string, id: string): boolean
  /** True if the sign-in takes the address at which the browser ended. Null if none waits for one. */
  takeRedirectAddress(owner: string, id: string, address: string): boolean | null
  /** @param label empty for none */
  rename(account: string, label: string): Promise<void>
  remove(account: string): Promise<void>
  close(): void
}

/** What went wrong with the config, with its sentence; null for any other error. */
export function failureOf(error: unknown): { readonly code: TryFailure; readonly message: string } | null {
  if (error instanceof AccountError) return { code: error.code, message: error.message }
  if (error instanceof ConfigError) return { code: 'config-broken', message: error.message }
  if (error instanceof NotWrittenError) return { code: 'config-not-written', message: error.message }
  return null
}

/** Loaded when it is first needed: it brings the mail protocols with it. @param ca the authorities that the config names */
async function loadSetup(context: SourceContext, ca?: string): Promise<AccountSetup> {
  const { createAccountSetup } = await import('../desktop/account-setup.ts')
  return createAccountSetup(context, (account) => ({ ...mailboxConfigOf(account), ca }))
}

export function createManage(deps: ManageDeps): Manage {
  const { log, sourceContext, configPath, load, change } = deps
  const { network, oauth } = sourceContext
  const tries = createTries(deps)
  /** Changes of the file run one at a time; trying a sign-in is not part of that. */
  const enqueue = createSerialQueue()
  const file = () => openAccountsFile(configPath(), load)

  /** The page does not show what a server says about its files, and refers to the log. */
  function logConfigError(error: unknown): void {
    if (error instanceof ConfigError) log.error({ reason: error.message }, 'the config has errors, so that clients cannot change it')
  }

  async function logged<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      logConfigError(error)
      throw error
    }
  }

  /** Deletes what a change has left over. Errors are logged: the change is in use already. */
  async function tidy(account: string, { config, drop }: Written): Promise<void> {
    const signsIn = config.sources.some((source) => oauthOf(source)?.account === account)
    for (const work of signsIn ? [drop] : [drop, () => oauth.forget(account)]) {
      try {
        await work()
      } catch (error) {
        log.error({ reason: errorTextOf(error) }, 'what is left of an account cannot be deleted')
      }
    }
  }

  /** @param keep stores the tokens of the sign-in; if that fails, the config has changed all the same */
  async function write(form: AccountForm, again: boolean, keep: () => Promise<void>): Promise<TryState> {
    const accounts = file()
    let end: TryState = { kind: 'done' }
    const changed = await change(async () => {
      const written = await (again ? accounts.replace(form) : accounts.add(form))
      await keep().catch((error: unknown) => void (end = failureState(error)))
      return written
    })
    await tidy(form.account, changed)
    log.info({ account: form.account, config: accounts.path }, again ? 'the sign-in of an account was replaced' : 'an account was added')
    return end
  }

  async function run({ account: sent, again }: PostTry, isRemote: boolean, show: ShowTry, signal: AbortSignal): Promise<TryState> {
    try {
      const { form, ca } = again ? await completed(sent) : { form: sent, ca: undefined }
      file().check(form.account, again)
      const trial = createTrial(oauth)
      const { tryAccount } = await loadSetup({ network, oauth: trial.oauth }, ca)
      const error = await tryAccount(form, { onStep: (step) => show({ kind: 'step', step }), onSignIn: show, isRemote, signal })
      if (error) return { kind: 'failed', ...error }
      const keep = async () => await trial.keep(form.account, form.oauth?.clientId ?? '')
      return await enqueue(() => (signal.aborted ? CANCELLED : write(form, again, keep)))
    } catch (error) {
      return failureState(error)
    }
  }

  function failureState(error: unknown): TryState {
    logConfigError(error)
    if (error instanceof OAuthError) return { kind: 'failed', code: error.code, message: error.message }
    const failure = failureOf(error)
    if (!failure) log.error({ err: error }, 'an account could not be tried')
    return { kind: 'failed', ...(failure ?? UNEXPECTED) }
  }

  /** Adds what the form does not ask for again: the authorities of the config, and the secret of the same client. */
  async function completed(form: AccountForm): Promise<{ readonly form: AccountForm; readonly ca: string | undefined }> {
    const source = (await load()).sources.find((each) => accountOf(each) === form.account)
    const ca = source && 'ca' in source ? source.ca : undefined
    if (!form.oauth || form.oauth.clientSecret !== '') return { form, ca }
    const clientSecret = await clientSecretOf(source, form.oauth.clientId)
    return { form: { ...form, oauth: { ...form.oauth, clientSecret } }, ca }
  }

  return {
    find: async (address) => (await loadSetup(sourceContext)).findMailbox(address),
    get file() {
      return configPath()
    },
    accounts: () => file().stored(),
    async start(owner, body, isRemote) {
      // What the file says now, before a password goes anywhere.
      await logged(load)
      const error = entryErrorOf(body.account)
      if (error) return { kind: 'invalid', ...error }
      const { host, url } = body.account
      for (const each of [host, ...(url === undefined ? [] : [new URL(url).hostname])])
        if (await isRefusedHost(each))
          return { kind: 'invalid', field: 'host', detail: `${each} is a link-local address or no host; a mail server is not there.` }
      const id = tries.start(owner, (show, signal) => run(body, isRemote, show, signal))
      return id === null ? { kind: 'full' } : { kind: 'started', id }
    },
    tryOf: tries.find,
    cancel: tries.cancel,
    takeRedirectAddress: tries.take,
    rename: (account, label) =>
      enqueue(async () => {
        await logged(() => change(() => file().rename(account, label)))
        log.info({ account, config: configPath() }, 'an account was renamed')
      }),
    remove: (account) =>
      enqueue(async () => {
        await tidy(account, await logged(() => change(() => file().remove(account))))
        log.info({ account, config: configPath() }, 'an account was removed')
      }),
    close: tries.close,
  }
}

const CANCELLED: TryState = { kind: 'failed', code: 'cancelled', message: 'The sign-in was cancelled.' }
const UNEXPECTED = { code: 'config-broken', message: 'The server has an unexpected error; its log names it.' } as const

/** Of the same client; empty if it has none. */
async function clientSecretOf(source: SourceConfig | undefined, clientId: string): Promise<string> {
  const known = source && oauthOf(source)
  return known?.clientId === clientId ? ((await known.clientSecret?.read()) ?? '') : ''
}
