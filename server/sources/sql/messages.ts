/** What the sql source and the process that reads for it send each other. */
import type { SourceErrorCode } from '../../../common/protocol/wire.ts'
import type { DatabaseOptions } from './database.ts'
import type { Queries } from './reader.ts'
import type { TallyReport } from './tally.ts'

export interface OpenRequest extends Pick<DatabaseOptions, 'url' | 'listen' | 'timeoutMs'>, Queries {
  readonly kind: 'open'
}

/** Each has one answer. `next` asks for the next part of a report. */
export type ToReader = OpenRequest | { readonly kind: 'poll' } | { readonly kind: 'next' }

export interface ReaderError {
  /** Null where the cause is unknown. */
  readonly code: SourceErrorCode | null
  readonly message: string
}

export interface ReportPart extends TallyReport {
  readonly isPart: boolean
}

export type FromReader =
  | { readonly kind: 'opened' }
  /** A query begins: the next message follows within the time limit. */
  | { readonly kind: 'query' }
  | { readonly kind: 'report'; readonly report: ReportPart }
  /** Something may have changed. */
  | { readonly kind: 'wake' }
  /** The answer to a request, or the connection was lost. */
  | { readonly kind: 'failed'; readonly error: ReaderError }
