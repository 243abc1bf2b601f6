/** Why a request failed: in the language of the window, with the detail that the other side gave. */
import type { OutcomeCode, RequestError } from '../../../common/protocol/outcome.ts'
import { plain } from '../../../common/model/text.ts'
import type { WordKey } from '../../../common/words/words.ts'
import { useUi } from './context.ts'

const ERRORS = {
  invalid: 'errorInvalid',
  exists: 'errorExists',
  auth: 'errorAuth',
  network: 'errorNetwork',
  tls: 'errorTls',
  rate: 'errorRate',
  protocol: 'errorProtocol',
  config: 'errorConfig',
  'not-mailbell': 'errorNotMailbell',
  unauthorized: 'errorUnauthorized',
  unavailable: 'errorUnavailable',
  gone: 'errorGone',
  'cannot-act': 'errorCannotAct',
  'mail-refused': 'errorMailRefused',
  'mail-unreachable': 'errorMailUnreachable',
  'mail-timeout': 'errorMailTimeout',
  busy: 'errorBusy',
  cancelled: 'errorCancelled',
  locked: 'errorLocked',
  'wrong-passphrase': 'errorWrongPassphrase',
  'shortcut-taken': 'errorShortcutTaken',
  'bad-file': 'errorBadFile',
  'newer-file': 'errorNewerFile',
  'not-opened': 'errorNotOpened',
} as const satisfies Record<OutcomeCode, WordKey>

export function ErrorMessage({ error }: { readonly error: RequestError | null | undefined }) {
  const { words } = useUi()
  if (!error) return null
  return (
    <div class="error" role="alert">
      <p>{words.t(ERRORS[error.code])}</p>
      {error.detail && (
        <p class="detail">
          <bdi>{words.t('errorDetail', { detail: plain(error.detail) })}</bdi>
        </p>
      )}
    </div>
  )
}
