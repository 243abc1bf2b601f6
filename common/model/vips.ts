/** Senders that break through mute and quiet hours: an address, or `@example.org` for a whole domain. */

const VIP = /^[^\s@]*@[^\s@]+\.[^\s@]+$/

/** As a VIP is stored, for addresses are compared without case; null if the text is no VIP. */
export const vipOf = (text: string): string | null => (VIP.test(text.trim()) ? text.trim().toLowerCase() : null)

/** @param from a `From` (RFC 5322, section 3.4) */
export function isVip(vips: readonly string[], from: string): boolean {
  const address = (/<([^<>]*)>\s*$/.exec(from)?.[1] ?? from).trim().toLowerCase()
  return vips.some((vip) => (vip.startsWith('@') ? address.endsWith(vip.toLowerCase()) : address === vip.toLowerCase()))
}
