/** What a browser tab shows of the number: its title, and the badge in its icon. */
import { formatCount } from '../../common/model/totals.ts'
import type { Summary } from './summary.ts'

export interface Tab {
  /** In brackets before the name; empty for nothing unread. */
  readonly badge: string
  readonly tone: 'none' | 'fresh' | 'uncertain'
}

/** An uncertain number has a question mark as well as another colour. */
export function tabOf({ unread, uncertain }: Pick<Summary, 'unread' | 'uncertain'>): Tab {
  if (unread === null) return { badge: '', tone: 'uncertain' }
  if (uncertain) return { badge: formatCount(unread, true), tone: 'uncertain' }
  return unread === 0 ? { badge: '', tone: 'none' } : { badge: formatCount(unread), tone: 'fresh' }
}

export const titleOf = ({ badge }: Tab): string => (badge === '' ? 'Mailbell' : `(${badge}) Mailbell`)
