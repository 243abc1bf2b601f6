/** What signs a client in to a server: a token, or a one-time code that the server exchanges for one. */
export type Credential = { readonly token: string } | { readonly code: string }

/** The form of a bearer token (RFC 6750, section 2.1): a request can carry no other. */
export const isToken = (text: string): boolean => /^[\w\-.~+/]+=*$/.test(text)

/** Characters of base64url: 144 bits. */
export const CODE_LENGTH = 24
