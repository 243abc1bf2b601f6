/** Pure: the JSON of a log line → a line for a person at a terminal: time, level, message and fields. */
import { stripVTControlCharacters, styleText } from 'node:util'
import { withoutControls } from '../../common/text.ts'

const COLOURS = { fatal: 'red', error: 'red', warn: 'yellow', info: 'cyan', debug: 'gray', trace: 'gray' } as const

/**
 * `14:53:07 warn  the known counts cannot be stored (file: /var/lib/mailbell/counts.sqlite, err: ENOSPC)`. What is no JSON
 * object stays as it is.
 * @param timeText the local time of an ISO 8601 date
 */
export function terminalLine(json: string, timeText: (iso: string) => string, hasColours: boolean): string {
  const line = parse(json)
  if (!line) return json
  const { level, time, msg, ...fields } = line
  const name = Object.hasOwn(COLOURS, String(level)) ? (String(level) as keyof typeof COLOURS) : 'info'
  const shown = Object.entries(fields).map(([key, value]) => `${key}: ${textOf(value)}`)
  const details = shown.length > 0 ? ` (${shown.join(', ')})` : ''
  const at = typeof time === 'string' ? `${style('dim', timeText(time))} ` : ''
  const styled = `${at}${style(COLOURS[name], name.padEnd(5))} ${withoutControls(`${String(msg ?? '')}${details}`)}`
  return `${hasColours ? styled : stripVTControlCharacters(styled)}\n`
}

const style = (format: 'dim' | (typeof COLOURS)[keyof typeof COLOURS], text: string): string =>
  styleText(format, text, { validateStream: false })

/** The message of an error; its stack is in the JSON. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null && 'message' in value && 'stack' in value) return String(value.message)
  return JSON.stringify(value)
}

function parse(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}
