/** An account with several folders on a scripted server, counted through the real collector. */
import type { ImapSourceConfig } from '../../../../../server/sources/imap/config.ts'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import { type ImapTimes, TIMES } from '../../../../../server/sources/imap/connection/times.ts'
import { type FakeAccount, type FakeAccountOptions, startFakeAccount } from '../../../../helpers/imap/fake-account.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { type RunningSources, runSources } from '../../../../helpers/sources/sources.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'

const HOUR_MS = 3_600_000
/** Polls only what is pushed. */
const STILL: Partial<ImapTimes> = { settle: HOUR_MS, followUps: [] }

/** Ends with its test. */
interface Fixture extends RunningSources, AsyncDisposable {
  readonly fake: FakeAccount
  counted(): readonly string[]
}

interface Options {
  readonly server?: FakeAccountOptions
  readonly config?: Partial<ImapSourceConfig>
  readonly times?: Partial<ImapTimes>
}

export async function running({ server, config, times }: Options): Promise<Fixture> {
  const fake = await startFakeAccount(server)
  const whole = imapConfig({ port: fake.port, password: 'secret' }, { intervalMs: HOUR_MS, ...config })
  const sources = await runSources([createImapSource(whole, sourceContext, { ...TIMES, ...STILL, ...times })])
  return {
    ...sources,
    fake,
    counted: () => (sources.board.get('me')?.counts?.folders ?? []).map(({ path }) => path),
    async [Symbol.asyncDispose]() {
      await sources.close()
      await fake.close()
    },
  }
}

export const times = (commands: readonly string[], command: string): number => commands.filter((each) => each === command).length

export const THREE = { INBOX: { unread: 1, total: 1 }, Lists: { unread: 2, total: 2 }, Work: { unread: 4, total: 4 } }
export const GLOB = { folders: ['*'] }
export const NOTIFY = 'IDLE ESEARCH NOTIFY LIST-EXTENDED LIST-STATUS SPECIAL-USE'

/** The primary session, once it is in IDLE. */
export const waiting = ({ sessions }: FakeAccount) => [...sessions].find(({ notify, idling }) => notify !== null && idling)

/** How often all folders were listed. */
export const listings = ({ lines }: FakeAccount): number => lines.filter((line) => line === 'LIST "" "*" RETURN (SPECIAL-USE)').length
