/** The window's requests about the passphrase. */
import type { Clock } from '../../../common/async/clock.ts'
import type { RequestHandlers } from '../../../common/protocol/bridge.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { SecretsView } from '../../../common/protocol/window-state.ts'
import type { SettingsStore } from '../../settings/settings.ts'
import type { StateStore } from '../../state/state.ts'
import type { Secrets } from './secrets.ts'

export interface SecretsRequestsDeps {
  readonly secrets: Secrets
  readonly settings: Pick<SettingsStore, 'memoryAccepted' | 'setMemoryAccepted'>
  /** Called when secrets may have become readable. */
  readonly readSecrets: () => Promise<void>
  readonly state: Pick<StateStore, 'update' | 'dismissNotice'>
}

const LOCKED: Outcome = { ok: false, code: 'locked' }
const wrongPassphrase = (field: string): Outcome => ({ ok: false, code: 'wrong-passphrase', field })

export function viewOfSecrets({ storage, locked }: Secrets, { memoryAccepted }: Pick<SettingsStore, 'memoryAccepted'>): SecretsView {
  return { storage, locked, memoryAccepted }
}

/** After this the user may have missed that a prompt of the keyring waits. */
const PROMPT_MS = 5_000

/** Waits for the keyring, and says so in the window if it takes long. */
export async function waitForKeyring({
  secrets,
  settings,
  state,
  schedule,
}: Pick<SecretsRequestsDeps, 'secrets' | 'settings'> & {
  readonly state: Pick<StateStore, 'update' | 'addNotice' | 'dismissNotice'>
  readonly schedule: Clock['schedule']
}): Promise<void> {
  const cancelNotice = schedule(() => state.addNotice({ id: 'keyring-waits' }), PROMPT_MS)
  await secrets.opened
  cancelNotice()
  state.dismissNotice('keyring-waits')
  state.update({ secrets: viewOfSecrets(secrets, settings) })
}

export function createSecretsRequests({ secrets, settings, readSecrets, state }: SecretsRequestsDeps) {
  function publish(): void {
    state.update({ secrets: viewOfSecrets(secrets, settings) })
    if (secrets.storage !== 'memory') state.dismissNotice('no-keyring')
  }

  return {
    async unlock(passphrase) {
      if (!(await secrets.unlock(passphrase))) return wrongPassphrase('passphrase')
      publish()
      await readSecrets()
    },
    async setPassphrase({ passphrase, current }) {
      if (secrets.locked) return LOCKED
      if (secrets.storage === 'passphrase' && !(await secrets.isCurrent(current))) return wrongPassphrase('current')
      await secrets.setPassphrase(passphrase)
      publish()
    },
    async removePassphrase() {
      if (secrets.locked) return LOCKED
      await secrets.removePassphrase()
      publish()
    },
    async resetSecrets() {
      await secrets.reset()
      publish()
      await readSecrets()
    },
    acceptMemoryStorage(): void {
      settings.setMemoryAccepted(true)
      state.dismissNotice('no-keyring')
      publish()
    },
  } satisfies Partial<RequestHandlers>
}
