import type { ImportOutcome, Imported } from '../../../common/protocol/bridge.ts'
import { plain } from '../../../common/model/text.ts'
import type { Words } from '../../../common/words/words.ts'
import { useDesktop, useUi } from '../context.ts'
import { Ask } from './Ask.tsx'
import { Section } from './Section.tsx'

const NAMED = 10

function importedWords({ accounts, servers, commandSkipped }: Imported, words: Words): string {
  const list = (names: readonly string[]): string =>
    words.list([...names.slice(0, NAMED).map((name) => plain(name)), ...(names.length > NAMED ? ['…'] : [])])
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
      <Ask label={words.t('exportSettings')} run={exportSettings} said={({ saved }) => (saved ? words.t('exported') : null)} />
      <Ask<ImportOutcome>
        label={words.t('importSettings')}
        run={importSettings}
        said={({ imported }) => imported && importedWords(imported, words)}
      />
    </Section>
  )
}
