/** Why a request failed: in the person's language first, then what the other side said. */
import type { Outcome, OutcomeCode } from '../../../common/protocol/outcome.ts'
import { plain } from '../../../common/model/text.ts'
import type { WordKey } from '../../../common/words/words.ts'
import { useUi } from '../context.ts'

const OUTCOME_WORDS = {
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

export function OutcomeWords({ outcome }: { readonly outcome: Outcome }) {
  const { words } = useUi()
  if (outcome.ok) return null
  return (
    <div class="failure" role="alert">
      <p>{words.t(OUTCOME_WORDS[outcome.code])}</p>
      {outcome.detail && (
        <p class="detail">
          <bdi>{words.t('errorDetail', { detail: plain(outcome.detail) })}</bdi>
        </p>
      )}
    </div>
  )
}
