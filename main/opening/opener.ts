/** Opens a mail, or the mailbox, where the person reads: on the web, in their mail program, or by a command of theirs. */
import type { Message } from '../../common/protocol/wire.ts'
import { customCommand } from './custom-command.ts'
import type { MessageRef } from '../../common/protocol/bridge.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { OpenMailProgram } from './mail-program.ts'

/** `mail` null is the mailbox of the account. */
interface OpenTarget {
  readonly server: string
  readonly account: string
  readonly message: Message | null
}

export interface MessageOpener {
  /** `of` null is the first mailbox that there is. Where it cannot be opened, the window is. */
  open(of: OpenTarget | null): Promise<Outcome>
  /** One of the mails that are shown. */
  openById(named: MessageRef): Promise<Outcome>
}

export interface MessageOpenerDeps {
  readonly platform: NodeJS.Platform
  readonly choices: () => DesktopSettings
  readonly servers: () => readonly ServerView[]
  /** Only what is shown is opened (web-links.ts). */
  readonly openLink: (url: string) => Promise<Outcome>
  readonly openProgram: OpenMailProgram
  /** Runs it beside the app. @throws where it cannot be started */
  readonly run: (command: readonly [string, ...string[]]) => Promise<void>
  /** Where nothing else can tell of it. */
  readonly openWindow: () => void
  readonly onFailure: (detail: string) => void
}

const DONE: Outcome = { ok: true }

export function createMessageOpener(deps: MessageOpenerDeps): MessageOpener {
  const { platform, choices, servers, openLink, openProgram, run, openWindow, onFailure } = deps

  function urlOf(of: OpenTarget | null): string | undefined {
    const accounts = servers().flatMap(({ id: server, accounts: all }) => (all ?? []).map((account) => ({ server, account })))
    if (of === null) return accounts.find(({ account }) => account.url !== undefined)?.account.url
    return of.message?.url ?? accounts.find(({ server, account }) => server === of.server && account.id === of.account)?.account.url
  }

  async function openAsConfigured(of: OpenTarget | null): Promise<Outcome> {
    const { opensMailIn, mailCommand: typed } = choices()
    if (opensMailIn === 'web') {
      const url = urlOf(of)
      return url === undefined ? NOT_OPENED : await openLink(url)
    }
    const mail = of?.message ?? null
    if (opensMailIn === 'program') {
      await openProgram(mail?.messageId ?? null)
      return DONE
    }
    const command = customCommand(typed, of?.account ?? '', mail, platform)
    if (!command) return NOT_OPENED
    await run(command)
    return DONE
  }

  async function open(of: OpenTarget | null): Promise<Outcome> {
    const outcome = await openAsConfigured(of).catch((error: unknown): Outcome => {
      const detail = error instanceof Error ? error.message : String(error)
      onFailure(`A mail could not be opened: ${detail}`)
      return { ...NOT_OPENED, detail }
    })
    if (!outcome.ok) openWindow()
    return outcome
  }

  return {
    open,
    async openById({ server, account, message: messageId }) {
      const accounts = servers().find(({ id }) => id === server)?.accounts ?? []
      const message = accounts.find(({ id }) => id === account)?.latest?.find(({ id }) => id === messageId)
      return message ? await open({ server, account, message }) : { ok: false, code: 'gone' }
    },
  }
}

const NOT_OPENED = { ok: false, code: 'not-opened' } as const satisfies Outcome
