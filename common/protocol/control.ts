/** What `mailbell status`, `open` and `mute` ask the running desktop app: a line of JSON each way, on a socket of this user's. */
import { z } from 'zod'
import type { Immutable } from './immutable.ts'
import { MuteUntil } from './settings.ts'
import { Account } from './wire.ts'

/** Of a request, in characters. */
export const MAX_REQUEST_LENGTH = 1_000

export const ControlRequest = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('status') }),
  z.strictObject({ do: z.literal('open') }),
  z.strictObject({ do: z.literal('mute'), until: MuteUntil }),
])
export type ControlRequest = Immutable<z.infer<typeof ControlRequest>>

/** Read with `z.object`, since a newer app may send more. */
const ServerStatus = z.object({
  /** Host and port of a remote server; null for the app's own. */
  label: z.string().nullable(),
  /** Why it is not connected; null if it is. */
  problem: z.string().nullable(),
  /** Without their messages. */
  accounts: z.array(Account),
})
const AppStatus = z.object({
  version: z.string(),
  pid: z.int(),
  /** As on the tray icon. */
  unread: z.int(),
  isUncertain: z.boolean(),
  servers: z.array(ServerStatus),
  /** Of the mute of everything. */
  muted: z.object({ untilMs: z.number().nullable() }).nullable(),
})
export type AppStatus = Immutable<z.infer<typeof AppStatus>>

/** Every request is answered with the status after it. */
export const ControlAnswer = z.union([
  z.object({ ok: z.literal(true), status: AppStatus }),
  z.object({ ok: z.literal(false), detail: z.string() }),
])
export type ControlAnswer = Immutable<z.infer<typeof ControlAnswer>>
