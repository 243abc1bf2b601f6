/** Why a request failed: in the language of the window, with the detail that a mail server or the system gave. */
import type { RequestError } from '../../../common/protocol/outcome.ts'
import { plain } from '../../../common/model/text.ts'
import { useUi } from './context.ts'

export function ErrorMessage({ error }: { readonly error: RequestError | null | undefined }) {
  const { words } = useUi()
  if (!error) return null
  return (
    <div class="error" role="alert">
      <p>{words.error(error)}</p>
      {error.detail && (
        <p class="detail">
          <bdi>{words.t('errorDetail', { detail: plain(error.detail) })}</bdi>
        </p>
      )}
    </div>
  )
}
