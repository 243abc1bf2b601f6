/** Whether an error is that of one folder, and what it means for that folder. */
import { isServerBusy } from '../lib/mail/server-busy.ts'
import { isAccountRefusal } from '../lib/sign-in/refusal.ts'
import { isListed } from './commands/list.ts'
import { responseStatusOf } from './commands/send.ts'
import { NoAnswer, Reconnect } from './connection/errors.ts'
import type { Connection } from './connection/open.ts'
import type { FolderError, FolderErrors } from './folder-errors.ts'
import type { WireName } from './names.ts'

/** Response codes for a folder that does not exist, or not for this user (RFC 5530). */
const GONE_CODES = new Set(['NONEXISTENT', 'NOPERM', 'TRYCREATE', 'CANNOT', 'NOSELECT'])
/** The same as plain text: the folder holds only other folders. */
const CANNOT_HOLD_MESSAGES = /no ?select|not selectable|(?:can ?not|can't|not) be selected/i

const silence: FolderError = { kind: 'unanswered', code: 'network', reason: 'the server does not answer when asked for it' }
const hangUp: FolderError = { kind: 'unanswered', code: 'network', reason: 'the server closes the connection when asked for it' }

/** @param isRequired whether nothing would be left of the account if these errors left out this folder. */
export function createErrorClassifier(connection: Connection, isRequired: (errors: FolderErrors, name: WireName) => boolean) {
  const { client, learned, lost } = connection
  /** The server has answered in this poll, and at its login before the first one. */
  let hasAnswered = true
  let polls = 0

  async function isGone(name: WireName, code: string, text: string): Promise<boolean> {
    if (GONE_CODES.has(code) || CANNOT_HOLD_MESSAGES.test(text)) return true
    if (code !== '' || isServerBusy(undefined, text)) return false
    // Few servers send a response code for a missing folder; for the others, their list decides.
    return !(await isListed(client, name).catch((error: unknown) => {
      if (responseStatusOf(error) === undefined) throw error
      return true
    }))
  }

  return {
    beginPoll(): void {
      hasAnswered = polls === 0
      polls += 1
    },
    noteAnswer: (): void => void (hasAnswered = true),
    /** Whether the server has just fallen silent, while the connection worked. */
    hasFallenSilent: (): boolean => lost.reason instanceof NoAnswer && hasAnswered,
    /**
     * A refused command on this folder.
     * @throws the error, if it is none of the folder alone
     */
    async refusal(name: WireName, error: unknown): Promise<FolderError> {
      if (lost.aborted || !(error instanceof Error) || !('code' in error || 'responseStatus' in error)) throw error
      const text = connection.replyOf(error)
      if (isAccountRefusal(text)) throw error
      const code = connection.lastErrorCode?.toUpperCase() ?? ''
      const said = text || (code && `[${code}]`)
      const reason = said === '' ? 'the server refuses it' : `the server says “${said.replace(/(?<!\.)\.+$/, '')}”`
      if (responseStatusOf(error) === 'NO' && (await isGone(name, code, text))) return { kind: 'gone', code: 'config', reason }
      return { kind: 'refused', code: isServerBusy(code, text) ? 'rate' : 'protocol', reason }
    },
    /**
     * The connection ended while this folder was asked for. Returns the error to throw: if the folder is the likely reason,
     * it goes into `errors`, and the next connection does without it.
     */
    lostAt(errors: FolderErrors, name: WireName, error: unknown): unknown {
      const reason: unknown = lost.reason
      const isThrottled = reason instanceof Error && 'retryAfterMs' in reason && reason.retryAfterMs !== undefined
      if (isRequired(errors, name) || reason instanceof Reconnect || isThrottled) return error
      const isRepeated = errors.noteLost(name) || learned.listStatus === 'suspect'
      if (!isRepeated && !this.hasFallenSilent()) return error
      errors.addUnanswered(name, reason instanceof NoAnswer ? silence : hangUp)
      return new Reconnect('The connection ended at one folder; reconnecting without it.')
    },
    silence,
  }
}
