import { readable } from '../../../platform/text.ts'

/** The server's text as it may be shown; empty if it contains one of the secrets. */
export const quotable = (text: string, secrets: readonly string[]): string =>
  secrets.some((secret) => secret !== '' && text.includes(secret)) ? '' : readable(text).slice(0, 300)
