/** A server that refuses folders, or falls silent at them, and the account that is counted there. */
import type { ImapSourceConfig } from '../../../../server/sources/imap/config.ts'
import { type ImapTimes, TIMES } from '../../../../server/sources/imap/connection/times.ts'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { type FakeAccount, type FakeAccountOptions, type FakeSession, startFakeAccount } from '../../../helpers/imap/fake-account.ts'
import type { FakeCommand } from '../../../helpers/imap/fake-imap.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'

export const HOUR_MS = 3_600_000
export const FOLDERS = { INBOX: { unread: 1, total: 3 }, Broken: { unread: 4, total: 9 }, Work: { unread: 2, total: 2 } }
const QUICK = { followUps: [], folderAnswer: 400, answer: 800, refusedRetry: 60_000, refusedRetryMax: 60_000 }

/** Ends with its test. */
interface Fixture extends RunningSources, AsyncDisposable {
  readonly fake: FakeAccount
  /** Waits until the account has this status and number. */
  becomes(status: string, unread: number): Promise<void>
  /** `path unread`, with a `?` where it is the last count. */
  folders(): readonly string[]
  notices(): readonly string[]
}

export async function running(
  server: FakeAccountOptions,
  config: Partial<ImapSourceConfig> = {},
  times: Partial<ImapTimes> = {},
): Promise<Fixture> {
  const fake = await startFakeAccount({ folders: FOLDERS, ...server })
  const whole = imapConfig({ port: fake.port, password: 'secret' }, { intervalMs: HOUR_MS, folders: ['*'], connections: 1, ...config })
  const sources = await runSources([createImapSource(whole, sourceContext, { ...TIMES, ...QUICK, ...times })])
  const account = () => sources.board.get('me')
  return {
    ...sources,
    fake,
    becomes: async (status, unread) => void (await until(() => account()?.status === status && account()?.counts?.unread === unread)),
    folders: () =>
      account()?.counts?.folders?.map((folder) => `${folder.path} ${folder.unread}${folder.status === 'stale' ? '?' : ''}`) ?? [],
    notices: () => account()?.counts?.notices ?? [],
    async [Symbol.asyncDispose]() {
      await sources.close()
      await fake.close()
    },
  }
}

export type Override = (request: FakeCommand, session: FakeSession) => void

/** Answers normally, but for the commands on one folder. */
export const at =
  (folder: string, answer: Override, otherwise: Override): Override =>
  (request, session) =>
    (request.args.includes(folder) ? answer : otherwise)(request, session)

export const status: Override = ({ args, tag, send }) => {
  const [name = ''] = args.replaceAll('"', '').split(' ')
  const { unread, total } = FOLDERS[name as keyof typeof FOLDERS]
  send(`* STATUS ${name} (MESSAGES ${total} UNSEEN ${unread} UIDNEXT 90)`, `${tag} OK done`)
}
export const examine: Override = ({ args, tag, send }, session) => {
  session.selected = args.replaceAll('"', '')
  send(`* ${FOLDERS[session.selected as keyof typeof FOLDERS].total} EXISTS`, '* OK [UIDVALIDITY 7] ok', `${tag} OK done`)
}
export const refuse =
  (answer: string): Override =>
  ({ tag, send }) =>
    send(`${tag} ${answer}`)
export const reply =
  (...lines: readonly string[]): Override =>
  ({ tag, send }) =>
    send(...lines, `${tag} OK done`)
export const silent: Override = () => undefined
export const hangUp: Override = ({ socket }) => void socket.end()
export const goodbye: Override = ({ socket }) => void socket.end('* BYE [SERVERBUG] Internal error\r\n')

export const atBroken = (answer: Override): FakeAccountOptions => ({ overrides: { STATUS: at('Broken', answer, status) } })
