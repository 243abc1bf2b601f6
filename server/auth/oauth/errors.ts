import type { SignInEnd } from '../../../common/protocol/discovery.ts'
import type { SourceErrorCode } from '../../../common/protocol/wire.ts'

/** Why a provider grants no access. `message` is one sentence that says what is wrong and what to do, without a secret. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: SourceErrorCode
  /** Set if the person or the time ended it, and not an error. */
  readonly end: SignInEnd | undefined

  constructor(code: SourceErrorCode, message: string, { end, ...options }: ErrorOptions & { readonly end?: SignInEnd | undefined } = {}) {
    super(message, options)
    this.code = code
    this.end = end
  }
}
