/** What the window asks about the passphrase. */
import type { Accounts } from '../accounts.ts'
import type { DesktopRequests } from '../../../common/protocol/bridge.ts'
import type { SecretsView } from '../../../common/protocol/window-state.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { Secrets } from './secrets.ts'
import type { SettingsStore } from '../../settings/settings.ts'
import type { StateStore } from '../../state.ts'

export interface SecretsRequestsDeps {
  readonly secrets: Secrets
  readonly settings: Pick<SettingsStore, 'memoryAccepted' | 'setMemoryAccepted'>
  readonly accounts: Pick<Accounts, 'readSecrets'>
  readonly state: Pick<StateStore, 'update' | 'addNotice' | 'dismissNotice'>
}

type Asked = 'unlock' | 'setPassphrase' | 'removePassphrase' | 'resetSecrets' | 'acceptMemoryStorage'

const DONE: Outcome = { ok: true }
const WRONG = (field: string): Outcome => ({ ok: false, code: 'wrong-passphrase', field })

export const viewOfSecrets = ({ storage, locked }: Secrets, { memoryAccepted }: Pick<SettingsStore, 'memoryAccepted'>): SecretsView => ({
  storage,
  locked,
  memoryAccepted,
})

export function createSecretsRequests({ secrets, settings, accounts, state }: SecretsRequestsDeps): Pick<DesktopRequests, Asked> {
  function told(): Outcome {
    state.update({ secrets: viewOfSecrets(secrets, settings) })
    if (secrets.storage !== 'memory') state.dismissNotice('no-keyring')
    return DONE
  }

  return {
    async unlock(passphrase) {
      if (!(await secrets.unlock(passphrase))) return WRONG('passphrase')
      told()
      await accounts.readSecrets()
      return DONE
    },
    async setPassphrase({ passphrase, current }) {
      if (secrets.locked) return { ok: false, code: 'locked' }
      if (secrets.storage === 'passphrase' && !(await secrets.isCurrent(current))) return WRONG('current')
      await secrets.setPassphrase(passphrase)
      return told()
    },
    async removePassphrase() {
      if (secrets.locked) return { ok: false, code: 'locked' }
      await secrets.removePassphrase()
      return told()
    },
    async resetSecrets() {
      await secrets.reset()
      told()
      await accounts.readSecrets()
      return DONE
    },
    async acceptMemoryStorage() {
      settings.setMemoryAccepted(true)
      state.dismissNotice('no-keyring')
      return told()
    },
  }
}
