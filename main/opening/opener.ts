/** Opens a message or a mailbox if the user reads email: on the web, in a mail program, or by a command. */
import { errorTextOf } from '../../common/errors.ts'
import { accountsOf } from '../../common/model/accounts.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { MessageRef } from '../../common/protocol/bridge.ts'
import { DONE, type Outcome } from '../../common/protocol/outcome.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Message } from '../../common/protocol/wire.ts'
import { customCommand } from './custom-command.ts'
import type { CommandLine } from '../system/desktop-entry.ts'
import type { OpenMailProgram } from './mail-program.ts'

export interface OpenTarget {
  readonly server: string
  readonly account: string
  /** Null for the account's mailbox. */
  readonly message: Message | null
}

export type MessageOpener = ReturnType<typeof createMessageOpener>

export interface MessageOpenerDeps {
  readonly platform: NodeJS.Platform
  readonly readSettings: () => Pick<DesktopSettings, 'opensMailIn' | 'mailCommand'>
  readonly readServers: () => readonly ServerView[]
  /** Opens only displayed URLs (browser-urls.ts). */
  readonly openUrl: (url: string) => Promise<Outcome>
  readonly openProgram: OpenMailProgram
  /** @throws if the program cannot be started */
  readonly run: (command: CommandLine) => Promise<void>
  readonly openWindow: () => void
  readonly onError: (detail: string) => void
}

const NOT_OPENED = { ok: false, code: 'not-opened' } as const satisfies Outcome

export function createMessageOpener(deps: MessageOpenerDeps) {
  const { platform, readSettings, readServers, openUrl, openProgram, run, openWindow, onError } = deps

  function urlOf(target: OpenTarget | null): string | undefined {
    const accounts = accountsOf(readServers())
    if (target === null) return accounts.find(({ account }) => account.url !== undefined)?.account.url
    const own = accounts.find(({ server, account }) => server.id === target.server && account.id === target.account)
    return target.message?.url ?? own?.account.url
  }

  async function openAsConfigured(target: OpenTarget | null): Promise<Outcome> {
    const { opensMailIn, mailCommand } = readSettings()
    if (opensMailIn === 'web') {
      const url = urlOf(target)
      return url === undefined ? NOT_OPENED : await openUrl(url)
    }
    const message = target?.message ?? null
    if (opensMailIn === 'program') {
      await openProgram(message?.messageId ?? null)
      return DONE
    }
    const command = customCommand(mailCommand, target?.account ?? '', message, platform)
    if (!command) return NOT_OPENED
    await run(command)
    return DONE
  }

  /** @param target null for the first mailbox. Where it cannot be opened, the window opens instead. */
  async function open(target: OpenTarget | null): Promise<Outcome> {
    const outcome = await openAsConfigured(target).catch((error: unknown): Outcome => {
      const detail = errorTextOf(error)
      onError(`Cannot open an email: ${detail}`)
      return { ...NOT_OPENED, detail }
    })
    if (!outcome.ok) openWindow()
    return outcome
  }

  return {
    open,
    /** Opens one of the displayed messages. */
    async openById(ref: MessageRef): Promise<Outcome> {
      const accounts = readServers().find(({ id }) => id === ref.server)?.accounts ?? []
      const message = accounts.find(({ id }) => id === ref.account)?.latest?.find(({ id }) => id === ref.message)
      return message ? await open({ ...ref, message }) : { ok: false, code: 'gone' }
    },
  }
}
