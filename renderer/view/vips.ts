/** Pure: whether a text names a sender, or all senders of a domain. */

const SENDER = /^[^\s@]*@[^\s@]+\.[^\s@]+$/

/** As it is kept: addresses are the same whatever the size of their letters. */
export const senderOf = (text: string): string | null => (SENDER.test(text.trim()) ? text.trim().toLowerCase() : null)
