/** The window's requests: each passes the same check of its sender (checklist 17) and of its payload. */
import type { IpcMain, IpcMainInvokeEvent } from 'electron'
import type { z } from 'zod'
import { unavailableBy } from '../../common/errors.ts'
import { channelOf, READ_STATE_CHANNEL, REQUESTS, type RequestHandlers, type RequestName } from '../../common/protocol/bridge.ts'
import { DONE, type Outcome, type RequestError } from '../../common/protocol/outcome.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import type { Log } from '../system/log.ts'
import { APP_ORIGIN } from './app-protocol.ts'

export interface HandlersDeps {
  readonly ipcMain: Pick<IpcMain, 'handle'>
  readonly requests: RequestHandlers
  readonly readState: () => WindowState
  readonly log: Log
}

export function handleRequests({ ipcMain, requests, readState, log }: HandlersDeps): void {
  /** @throws in a page that is not ours: it gets no answer. */
  function handle(channel: string, respond: (payload: unknown) => unknown): void {
    ipcMain.handle(channel, async (event, payload: unknown) => {
      if (isTrustedSender(event)) return await respond(payload)
      log.warn({ channel, url: event.senderFrame?.url }, 'rejected a request from a page that is not ours')
      throw new Error('This page may not ask for anything.')
    })
  }

  async function answer(name: RequestName, payload: unknown): Promise<Outcome> {
    const parsed = REQUESTS[name].payload.safeParse(payload)
    if (!parsed.success) return invalid(parsed.error)
    try {
      // Which of the schemas it was is lost in the union of all; the table's types guarantee it.
      return (await (requests[name] as (payload: unknown) => Promise<Outcome | void>)(parsed.data)) ?? DONE
    } catch (error) {
      log.error({ request: name, err: error }, 'a request failed')
      return unavailableBy(error)
    }
  }

  handle(READ_STATE_CHANNEL, readState)
  for (const name of Object.keys(REQUESTS) as RequestName[]) handle(channelOf(name), (payload) => answer(name, payload))
}

/** Only the main frame of the app's own page may send requests. */
export function isTrustedSender({ senderFrame }: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  return senderFrame !== null && senderFrame.parent === null && !senderFrame.detached && senderFrame.origin === APP_ORIGIN
}

/** Names only the field that is not valid: the window has its own texts. */
function invalid(error: z.ZodError): RequestError {
  const field = error.issues[0]?.path[0]
  return { ok: false, code: 'invalid', ...(typeof field === 'string' && { field }) }
}
