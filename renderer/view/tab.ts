/** What a browser tab shows of the number: its title, and the badge in its icon. */
import type { Summary } from './summary.ts'

export interface Tab {
  /** In brackets before the name; empty for nothing unread. */
  readonly badge: string
  readonly tone: 'none' | 'fresh' | 'old'
}

/** Two digits fit into an icon. A number that may be old has a question mark as well as another colour. */
export function tabOf({ unread, trust }: Summary): Tab {
  if (unread === null) return { badge: '', tone: 'old' }
  const number = unread > 99 ? '99+' : String(unread)
  if (trust === 'old' || trust === 'partly-old') return { badge: `${number}?`, tone: 'old' }
  return unread === 0 ? { badge: '', tone: 'none' } : { badge: number, tone: 'fresh' }
}

export const titleOf = ({ badge }: Tab): string => (badge === '' ? 'Mailbell' : `(${badge}) Mailbell`)
