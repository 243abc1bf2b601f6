/** The window's requests: each through the same check of who asks (checklist 17) and of what is asked. */
import type { IpcMain } from 'electron'
import { z } from 'zod'
import { AccountId, DemoAction, LIMITS, MessageAction } from '../../common/protocol/wire.ts'
import { ACCOUNT_SHAPE, CLIENT_SHAPE, SharedSettingsChange, ShortText } from '../accounts/account-input.ts'
import { DesktopSettingsChange, Scope } from '../../common/protocol/settings.ts'
import { type Outcome, READ_STATE_CHANNEL, REQUEST_CHANNELS, type Requests, type WindowState } from '../../common/protocol/bridge.ts'
import type { Log } from '../system/log.ts'
import { isTrustedSender } from './security/sender.ts'

export interface HandlersDeps {
  readonly ipcMain: Pick<IpcMain, 'handle'>
  readonly requests: Requests
  readonly readState: () => WindowState
  readonly log: Log
}

type Failure = Extract<Outcome, { ok: false }>

const AccountInput = z
  .strictObject({
    ...ACCOUNT_SHAPE,
    password: z.string().max(10_000),
    oauth: z.strictObject({ ...CLIENT_SHAPE, clientSecret: z.string().trim().max(1000) }).exactOptional(),
  })
  .refine(({ protocol, user }) => protocol === 'jmap' || user !== '', { path: ['user'] })
  .refine(({ password, oauth }) => (password === '') === (oauth !== undefined), { path: ['password'] })
  .refine(({ protocol, oauth }) => oauth === undefined || protocol !== 'jmap', { path: ['protocol'] })
const NOTHING = z.undefined()
const LinkText = z.string().min(1).max(LIMITS.urlBytes)
const ServerForm = z.strictObject({ url: ShortText, token: ShortText.regex(/^[\w\-.~+/]+=*$/) })
const Passphrase = z.string().min(1).max(1000)
const PassphraseForm = z.strictObject({ passphrase: Passphrase.min(8), current: z.string().max(1000) })
const MailNamed = z.strictObject({ server: ShortText, account: AccountId, message: z.string().min(1).max(LIMITS.textLength) })
const MailOfServer = MailNamed.extend({ action: MessageAction })
const ReadAllForm = z.strictObject({ server: ShortText, account: AccountId }).nullable()
const MuteForm = z.strictObject({ scope: Scope.nullable(), until: z.enum(['hour', 'tomorrow', 'always', 'off']) })
const NoticeId = z.enum(['no-keyring', 'settings-corrupt', 'secrets-unreadable', 'server-down', 'crashed', 'no-tray', 'shortcut-taken'])

export function handleRequests({ ipcMain, requests, readState, log }: HandlersDeps): void {
  /** @throws in the page that asked, where it is not ours: no answer is owed to it. */
  function handle<Answer>(channel: string, respond: (payload: unknown) => Promise<Answer> | Answer): void {
    ipcMain.handle(channel, async (event, payload: unknown) => {
      if (isTrustedSender(event)) return await respond(payload)
      log.warn({ channel, url: event.senderFrame?.url }, 'a request from a page that is not ours was refused')
      throw new Error('This page may not ask for anything.')
    })
  }

  function checked<Payload, Answer>(schema: z.ZodType<Payload>, run: (payload: Payload) => Promise<Answer>) {
    return async (payload: unknown): Promise<Answer | Failure> => {
      const parsed = schema.safeParse(payload)
      if (!parsed.success) return invalid(parsed.error)
      try {
        return await run(parsed.data)
      } catch (error) {
        log.error({ err: error }, 'a request failed')
        return { ok: false, code: 'unavailable', detail: error instanceof Error ? error.message : String(error) }
      }
    }
  }

  const handlers: Readonly<Record<keyof Requests, (payload: unknown) => ReturnType<Requests[keyof Requests]>>> = {
    checkNow: checked(NOTHING, () => requests.checkNow()),
    findMailbox: checked(ShortText, (address) => requests.findMailbox(address)),
    openLink: checked(LinkText, (url) => requests.openLink(url)),
    openMessage: checked(MailNamed, (mail) => requests.openMessage(mail)),
    addAccount: checked(AccountInput, (form) => requests.addAccount(form)),
    readAccount: checked(AccountId, (account) => requests.readAccount(account)),
    signInAgain: checked(AccountInput, (form) => requests.signInAgain(form)),
    cancelSignIn: checked(NOTHING, () => requests.cancelSignIn()),
    removeAccount: checked(AccountId, (account) => requests.removeAccount(account)),
    connectServer: checked(ServerForm, (form) => requests.connectServer(form)),
    disconnectServer: checked(ShortText, (id) => requests.disconnectServer(id)),
    changeDemo: checked(DemoAction, (action) => requests.changeDemo(action)),
    actOnMessage: checked(MailOfServer, (request) => requests.actOnMessage(request)),
    updateSharedSettings: checked(SharedSettingsChange, (change) => requests.updateSharedSettings(change)),
    markAllRead: checked(ReadAllForm, (of) => requests.markAllRead(of)),
    mute: checked(MuteForm, (form) => requests.mute(form)),
    updateDesktopSettings: checked(DesktopSettingsChange, (change) => requests.updateDesktopSettings(change)),
    unlock: checked(Passphrase, (passphrase) => requests.unlock(passphrase)),
    setPassphrase: checked(PassphraseForm, (form) => requests.setPassphrase(form)),
    resetSecrets: checked(NOTHING, () => requests.resetSecrets()),
    acceptMemoryStorage: checked(NOTHING, () => requests.acceptMemoryStorage()),
    removePassphrase: checked(NOTHING, () => requests.removePassphrase()),
    exportSettings: checked(NOTHING, () => requests.exportSettings()),
    importSettings: checked(NOTHING, () => requests.importSettings()),
    showTestNotification: checked(NOTHING, () => requests.showTestNotification()),
    openLog: checked(NOTHING, () => requests.openLog()),
    copyDiagnostics: checked(NOTHING, () => requests.copyDiagnostics()),
    checkForUpdate: checked(NOTHING, () => requests.checkForUpdate()),
    installUpdate: checked(NOTHING, () => requests.installUpdate()),
    openDownloads: checked(NOTHING, () => requests.openDownloads()),
    finishFirstRun: checked(NOTHING, () => requests.finishFirstRun()),
    listAppFiles: checked(NOTHING, () => requests.listAppFiles()),
    removeAppData: checked(NOTHING, () => requests.removeAppData()),
    dismissNotice: checked(NoticeId, (id) => requests.dismissNotice(id)),
    acceptInvitation: checked(NOTHING, () => requests.acceptInvitation()),
    declineInvitation: checked(NOTHING, () => requests.declineInvitation()),
    setHasDraft: checked(z.boolean(), (isTyped) => requests.setHasDraft(isTyped)),
    hide: checked(NOTHING, () => requests.hide()),
  }

  handle(READ_STATE_CHANNEL, readState)
  for (const name of requestNames) handle(REQUEST_CHANNELS[name], handlers[name])
}

const requestNames = Object.keys(REQUEST_CHANNELS) as (keyof Requests)[]

/** Only what is wrong, not in which words: the window has its own in the person's language. */
function invalid(error: z.ZodError): Failure {
  const field = error.issues[0]?.path[0]
  return { ok: false, code: 'invalid', ...(typeof field === 'string' && { field }) }
}
