/**
 * A token or a one-time code in a link is its fragment, which browsers do not send and servers do not log (RFC 3986, section
 * 3.5). Links to a page hold a code, because a browser's history stores fragments.
 */
import { CODE_LENGTH, type Credential, isToken } from '../protocol/credentials.ts'
import { baseOf } from './server-url.ts'

/** What people copy along with a token or a link. */
const QUOTES = /^[\s<>"'“”‘’«»「」『』（）`()[\]{},;*]+|[\s<>"'“”‘’«»「」『』（）`()[\]{},;*]+$/g
export const withoutQuotes = (text: string): string => text.replaceAll(QUOTES, '')

/** The credential that is all of a fragment such as `#code=…`; null without a whole one. */
export function credentialIn(hash: string): Credential | null {
  const parameters = new URLSearchParams(hash.slice(1))
  if (parameters.size !== 1) return null
  const code = /^[\w-]+/.exec(parameters.get('code') ?? '')?.[0]
  if (code !== undefined) return code.length < CODE_LENGTH ? null : { code: code.slice(0, CODE_LENGTH) }
  const token = withoutQuotes(parameters.get('token') ?? '')
  return isToken(token) ? { token } : null
}

/** Whether a fragment is meant to hold a credential, even an incomplete one. */
export const namesCredential = (hash: string): boolean => /^#(?:.*&)?(?:token|code)=/.test(hash)

/** A link that signs a browser in to the page of the server at `base`. */
export const pageLinkTo = (base: string, code: string): string => `${baseOf(new URL(base))}/#code=${code}`
