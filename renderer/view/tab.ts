/** What a browser tab shows of the count: its title, and the number in its icon. */
import type { Summary } from './summary.ts'

export interface Tab {
  /** Stands before the name in brackets; empty for nothing unread. */
  readonly badge: string
  readonly tone: 'none' | 'fresh' | 'old'
}

/** At most two digits fit into an icon. A number that may be old carries a question mark, not its colour alone. */
export function tabOf({ unread, trust }: Summary): Tab {
  if (unread === null) return { badge: '', tone: 'old' }
  const number = unread > 99 ? '99+' : String(unread)
  if (trust === 'old' || trust === 'partly-old') return { badge: `${number}?`, tone: 'old' }
  return unread === 0 ? { badge: '', tone: 'none' } : { badge: number, tone: 'fresh' }
}

export const titleOf = ({ badge }: Tab): string => (badge === '' ? 'Mailbell' : `(${badge}) Mailbell`)
