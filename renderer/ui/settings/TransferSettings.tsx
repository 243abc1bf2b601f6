import type { Imported } from '../../../common/protocol/bridge.ts'
import { plain } from '../../../common/model/text.ts'
import type { Words } from '../../../common/words/words.ts'
import { useDesktop, useUi } from '../controls/context.ts'
import { ActionButton } from '../controls/ActionButton.tsx'
import { Section } from './setting-fields.tsx'

const MAX_NAMED = 10

function importedText({ accounts, servers, commandSkipped }: Imported, words: Words): string {
  const list = (names: readonly string[]): string =>
    words.list([...names.slice(0, MAX_NAMED).map((name) => plain(name)), ...(names.length > MAX_NAMED ? ['…'] : [])])
  return [
    accounts.length > 0 && words.t('importedAccounts', { count: accounts.length, accounts: list(accounts) }),
    servers.length > 0 && words.t('importedServers', { count: servers.length, servers: list(servers) }),
    accounts.length + servers.length === 0 && words.t('importedNothing'),
    commandSkipped && words.t('importedNoCommand'),
  ]
    .filter(Boolean)
    .join(' ')
}

export function TransferSettings() {
  const { words } = useUi()
  const { exportSettings, importSettings } = useDesktop()
  return (
    <Section id="transfer" title={words.t('sectionTransfer')}>
      <p class="help">{words.t('transferHelp')}</p>
      <div class="action-row">
        <ActionButton
          label={words.t('exportSettings')}
          run={exportSettings}
          resultText={({ saved }) => (saved ? words.t('exported') : null)}
        />
        <ActionButton
          label={words.t('importSettings')}
          run={importSettings}
          resultText={({ imported }) => imported && importedText(imported, words)}
        />
      </div>
    </Section>
  )
}
