/** Senders that break through mute and quiet hours: an address, or `@example.org` for a whole domain. */

import { senderOf } from '../text.ts'

/** As a VIP is stored, for addresses are compared without case; null if the text is no VIP. */
export function vipOf(text: string): string | null {
  const vip = text.trim().toLowerCase()
  const [, domain = '', ...more] = vip.split('@')
  const isDomain = more.length === 0 && domain.slice(1, -1).includes('.') && !/\s/.test(vip)
  return isDomain ? vip : null
}

/** @param from a `From` (RFC 5322, section 3.4) */
export function isVip(vips: readonly string[], from: string): boolean {
  const address = senderOf(from).address.trim().toLowerCase()
  return vips.some((vip) => (vip.startsWith('@') ? address.endsWith(vip.toLowerCase()) : address === vip.toLowerCase()))
}
