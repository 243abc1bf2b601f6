import type { IpcMainInvokeEvent } from 'electron'
import { APP_ORIGIN } from '../app-protocol.ts'

/** Checklist 17: only the main frame of the app's own page may send requests. */
export function isTrustedSender({ senderFrame }: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  return senderFrame !== null && senderFrame.parent === null && !senderFrame.detached && senderFrame.origin === APP_ORIGIN
}
