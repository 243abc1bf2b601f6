/** The window's requests: each through the same check of who asks (checklist 17) and of what is asked. */
import type { IpcMain } from 'electron'
import { z } from 'zod'
import { AccountId, DemoAction, LIMITS, MailAction } from '../server/protocol.ts'
import { ChoicesChange } from './choices.ts'
import { type FindOutcome, type Outcome, READ_STATE_CHANNEL, REQUEST_CHANNELS, type Requests, type WindowState } from './ipc.ts'
import type { Log } from './log.ts'
import { isTrustedSender } from './security/sender.ts'

export interface HandlersDeps {
  readonly ipcMain: Pick<IpcMain, 'handle'>
  readonly requests: Requests
  readonly readState: () => WindowState
  readonly log: Log
}

type Failure = Extract<Outcome, { ok: false }>

const ShortText = z.string().trim().min(1).max(1000)

const HttpsUrl = z.url({ protocol: /^https$/ }).max(1000)

const AccountInput = z
  .strictObject({
    account: AccountId,
    protocol: z.enum(['imap', 'jmap', 'pop3']),
    host: ShortText.regex(/^[^\s/@]+$/),
    port: z.int().min(1).max(65_535),
    security: z.enum(['tls', 'starttls', 'none']),
    user: z.string().trim().max(1000),
    password: z.string().max(10_000),
    folders: z.array(ShortText).max(100),
    pin: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .exactOptional(),
    url: HttpsUrl.exactOptional(),
    webUrl: HttpsUrl.exactOptional(),
    oauth: z
      .strictObject({ provider: z.enum(['google', 'microsoft']), clientId: ShortText, clientSecret: z.string().trim().max(1000) })
      .exactOptional(),
  })
  .refine(({ protocol, user }) => protocol === 'jmap' || user !== '', { path: ['user'] })
  .refine(({ password, oauth }) => (password === '') === (oauth !== undefined), { path: ['password'] })
  .refine(({ protocol, oauth }) => oauth === undefined || protocol !== 'jmap', { path: ['protocol'] })
const LinkText = z.string().min(1).max(LIMITS.urlBytes)
const ServerForm = z.strictObject({ url: ShortText, token: ShortText.regex(/^[\w\-.~+/]+=*$/) })
const PreferencesChange = z.strictObject({
  language: z.enum(['system', 'en', 'ko']).exactOptional(),
  theme: z.enum(['system', 'light', 'dark']).exactOptional(),
  notifications: z.boolean().exactOptional(),
  notificationText: z.enum(['mail', 'account', 'nothing']).exactOptional(),
})
const MailOfServer = z.strictObject({
  server: ShortText,
  account: AccountId,
  message: z.string().min(1).max(LIMITS.textLength),
  action: MailAction,
})
const NoticeId = z.enum(['no-keyring', 'settings-corrupt', 'secrets-unreadable', 'server-down'])

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

  const handlers: Readonly<Record<keyof Requests, (payload: unknown) => Promise<Outcome | FindOutcome>>> = {
    checkNow: checked(z.undefined(), () => requests.checkNow()),
    findMailbox: checked(ShortText, (address) => requests.findMailbox(address)),
    openLink: checked(LinkText, (url) => requests.openLink(url)),
    addAccount: checked(AccountInput, (form) => requests.addAccount(form)),
    cancelSignIn: checked(z.undefined(), () => requests.cancelSignIn()),
    removeAccount: checked(AccountId, (account) => requests.removeAccount(account)),
    connectServer: checked(ServerForm, (form) => requests.connectServer(form)),
    disconnectServer: checked(ShortText, (id) => requests.disconnectServer(id)),
    changeDemo: checked(DemoAction, (action) => requests.changeDemo(action)),
    actOnMail: checked(MailOfServer, (request) => requests.actOnMail(request)),
    setPreferences: checked(PreferencesChange, (change) => requests.setPreferences(change)),
    choose: checked(ChoicesChange, (change) => requests.choose(change)),
    dismissNotice: checked(NoticeId, (id) => requests.dismissNotice(id)),
    hide: checked(z.undefined(), () => requests.hide()),
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
