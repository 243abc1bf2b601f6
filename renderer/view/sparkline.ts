/** Pure: the numbers of a day or a week → a line in a box, and what a text says of it. */
import type { History } from '../../common/protocol/wire.ts'

export type Span = 'day' | 'week'

export interface Sparkline {
  readonly lowest: number
  readonly highest: number
  /** Null: not known. */
  readonly now: number | null
  /** False in the first 22 minutes of a day, or the first hours of a week: it is a dot. */
  readonly isLine: boolean
  /** The data of an SVG path; a gap where the number was not known. */
  readonly path: string
  /** Where the line ends, if the present number is known. */
  readonly end: { readonly x: number; readonly y: number } | null
}

/** Of the box in which the line is drawn. */
export const BOX = { width: 72, height: 24 }
/** Room for the width of the line and for the dot at its end. */
const MARGIN = 3
const COLUMNS = 66

const STEPS: Readonly<Record<Span, number>> = { day: 24 * 60, week: 7 * 24 }

/**
 * Null without a known number.
 * @param present the number that the window shows now; null if it is not known
 */
export function sparklineOf({ day, month }: History, span: Span, present: number | null): Sparkline | null {
  const steps = STEPS[span]
  const numbers = [...(span === 'day' ? day : month).unread.slice(-steps, -1), present]
  const columns = inColumns(numbers, steps)
  const known = numbers.filter((number) => number !== null)
  if (known.length === 0) return null
  const lowest = Math.min(...known)
  const highest = Math.max(...known)
  const x = (column: number): number => rounded(MARGIN + (column * (BOX.width - 2 * MARGIN)) / (COLUMNS - 1))
  const y = (number: number): number =>
    rounded(
      lowest === highest ? BOX.height / 2 : BOX.height - MARGIN - ((number - lowest) * (BOX.height - 2 * MARGIN)) / (highest - lowest),
    )
  let path = ''
  for (const [i, number] of columns.entries()) {
    if (number === null) continue
    // A point alone is a line of no length, which has round ends.
    if ((columns[i - 1] ?? null) === null) path += `M${x(i)} ${y(number)}h0`
    else path += `L${x(i)} ${y(number)}`
  }
  const isLine = columns.filter((number) => number !== null).length > 1
  return { lowest, highest, now: present, isLine, path, end: present === null ? null : { x: x(COLUMNS - 1), y: y(present) } }
}

/** The last known number of each column; the last column ends with the present. */
function inColumns(numbers: readonly (number | null)[], steps: number): readonly (number | null)[] {
  const columns = Array<number | null>(COLUMNS).fill(null)
  for (const [i, number] of numbers.entries()) {
    const column = Math.floor(((steps - numbers.length + i) * COLUMNS) / steps)
    columns[column] = number ?? columns[column] ?? null
  }
  columns[COLUMNS - 1] = numbers.at(-1) ?? null
  return columns
}

const rounded = (value: number): number => Math.round(value * 10) / 10
