/** Opens a mail, or the mailbox, where the person reads: on the web, in their mail program, or by a command of theirs. */
import type { Mail } from '../server/protocol.ts'
import { mailCommand } from './core/mail-command.ts'
import type { Choices, Outcome, ServerView } from './ipc.ts'

export interface MailOpener {
  /** `mail` null is the mailbox of the account; `of` null the first mailbox that there is. */
  open(of: { readonly server: string; readonly account: string; readonly mail: Mail | null } | null): Promise<void>
}

export interface MailOpenerDeps {
  readonly choices: () => Choices
  readonly servers: () => readonly ServerView[]
  /** Only what is shown is opened (web-links.ts). */
  readonly openLink: (url: string) => Promise<Outcome>
  /** @throws where there is no mail program */
  readonly openProgram: () => Promise<void>
  /** Runs it beside the app. @throws where it cannot be started */
  readonly run: (command: readonly [string, ...string[]]) => Promise<void>
  /** Where nothing else can tell of it. */
  readonly openWindow: () => void
  readonly onFailure: (detail: string) => void
}

export function createMailOpener(deps: MailOpenerDeps): MailOpener {
  const { choices, servers, openLink, openProgram, run, openWindow, onFailure } = deps

  async function onWeb(of: Parameters<MailOpener['open']>[0]): Promise<void> {
    const accounts = servers().flatMap(({ id: server, accounts: all }) => (all ?? []).map((account) => ({ server, account })))
    const asked = accounts.find(({ server, account }) => of === null || (server === of.server && account.id === of.account))
    const first = of === null ? accounts.find(({ account }) => account.url !== undefined) : asked
    const url = of?.mail?.url ?? first?.account.url
    if (url === undefined) return openWindow()
    const outcome = await openLink(url)
    if (!outcome.ok) openWindow()
  }

  return {
    async open(of) {
      const { opensMailIn, mailCommand: typed } = choices()
      try {
        if (opensMailIn === 'web') return await onWeb(of)
        if (opensMailIn === 'program') return await openProgram()
        const command = mailCommand(typed, of?.account ?? '', of?.mail ?? null)
        if (command) return await run(command)
        openWindow()
      } catch (error) {
        onFailure(`A mail could not be opened: ${error instanceof Error ? error.message : String(error)}`)
        openWindow()
      }
    },
  }
}
