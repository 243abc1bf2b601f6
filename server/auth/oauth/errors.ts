import type { SourceErrorCode } from '../../../common/protocol/wire.ts'

/** Why a provider grants no access. `message` is one sentence that says what is wrong and what to do, without a secret. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: SourceErrorCode

  constructor(code: SourceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
