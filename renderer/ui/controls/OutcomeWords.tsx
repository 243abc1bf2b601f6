/** Why a request failed: in the person's language first, then what the other side said. */
import type { Outcome, OutcomeCode } from '../../../common/protocol/bridge.ts'
import { plain } from '../../../common/model/text.ts'
import type { WordKey } from '../../../common/words/keys.ts'
import { useUi } from '../context.ts'

const OUTCOME_WORDS = {
  invalid: 'failInvalid',
  exists: 'failExists',
  auth: 'failAuth',
  network: 'failNetwork',
  tls: 'failTls',
  rate: 'failRate',
  protocol: 'failProtocol',
  config: 'failConfig',
  'not-mailbell': 'failNotMailbell',
  unauthorized: 'failUnauthorized',
  unavailable: 'failUnavailable',
  gone: 'failGone',
  'cannot-act': 'failCannotAct',
  'mail-refused': 'failMailRefused',
  'mail-unreachable': 'failMailUnreachable',
  'mail-timeout': 'failMailTimeout',
  busy: 'failBusy',
  cancelled: 'failCancelled',
  locked: 'failLocked',
  'wrong-passphrase': 'failWrongPassphrase',
  'shortcut-taken': 'failShortcutTaken',
  'bad-file': 'failBadFile',
  'newer-file': 'failNewerFile',
  'not-opened': 'failNotOpened',
} as const satisfies Record<OutcomeCode, WordKey>

export function OutcomeWords({ outcome }: { readonly outcome: Outcome }) {
  const { words } = useUi()
  if (outcome.ok) return null
  return (
    <div class="failure" role="alert">
      <p>{words.t(OUTCOME_WORDS[outcome.code])}</p>
      {outcome.detail && (
        <p class="detail">
          <bdi>{words.t('serverSaid', { detail: plain(outcome.detail) })}</bdi>
        </p>
      )}
    </div>
  )
}
