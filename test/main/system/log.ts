import type { Log } from '../../../main/system/log.ts'

/** A log that records its lines as text. */
export function rememberingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const line = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`)
  return { lines, info: line, warn: line, error: line, raw: (text) => void lines.push(text), close: () => undefined }
}
