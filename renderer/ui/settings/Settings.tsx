/** The settings, in sections. A change is saved at once. The page in a browser has only what it stores itself. */
import type { DesktopState, WindowState } from '../../../common/protocol/window-state.ts'
import { accountsOf } from '../../../common/model/accounts.ts'
import { outcomeOf, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { StoredAccounts } from './StoredAccounts.tsx'
import { AppearanceSettings } from './AppearanceSettings.tsx'
import { NotificationSettings } from './notifications/NotificationSettings.tsx'
import { OpenWithSettings } from './OpenWithSettings.tsx'
import { SettingsFinder } from './SettingsFinder.tsx'
import { SecretsSettings } from './SecretsSettings.tsx'
import { SystemSettings } from './SystemSettings.tsx'
import { TransferSettings } from './TransferSettings.tsx'
import { CountTree } from './counting/CountTree.tsx'
import { DangerZone, Section } from './setting-fields.tsx'
import { TraySettings } from './counting/TraySettings.tsx'
import { TroubleshootingSettings } from './TroubleshootingSettings.tsx'
import { UpdateSettings } from './UpdateSettings.tsx'
import './Settings.css'

export function Settings({ state, onDone }: { readonly state: WindowState; readonly onDone: () => void }) {
  return (
    <SettingsFinder>
      {state.desktop ? <DesktopSettings state={state} desktop={state.desktop} /> : <PageSettings state={state} onDone={onDone} />}
    </SettingsFinder>
  )
}

function DesktopSettings({ state, desktop }: { readonly state: WindowState; readonly desktop: DesktopState }) {
  const { settings } = desktop
  return (
    <>
      {/* Sections that need the user come first. */}
      {desktop.secrets.locked && <SecretsSettings secrets={desktop.secrets} />}
      {state.manage && <StoredAccounts manage={state.manage} servers={state.servers} />}
      <NotificationSettings state={state} />
      <TraySettings settings={settings} state={state} />
      <OpenWithSettings settings={settings} />
      <SystemSettings desktop={desktop} />
      <AppearanceSettings settings={state.sharedSettings} />
      {!desktop.secrets.locked && <SecretsSettings secrets={desktop.secrets} />}
      <UpdateSettings desktop={desktop} version={state.version} />
      <TransferSettings />
      <TroubleshootingSettings />
    </>
  )
}

function PageSettings({ state, onDone }: { readonly state: WindowState; readonly onDone: () => void }) {
  const { words, bridge } = useUi()
  const [only] = state.servers
  const signedIn = only !== undefined && only.link.phase !== 'signed-out' ? only : null
  return (
    <>
      {state.manage && <StoredAccounts manage={state.manage} servers={state.servers} />}
      <NotificationSettings state={state} />
      {accountsOf(state.servers).length > 0 && (
        <Section id="count" title={words.t('sectionCount')}>
          <CountTree servers={state.servers} notCounted={state.readerSettings.notCounted} />
        </Section>
      )}
      <AppearanceSettings settings={state.sharedSettings} />
      {signedIn && (
        <DangerZone>
          <Button
            text={words.t('signOut')}
            class="text-button"
            onClick={() => void outcomeOf(bridge.disconnectServer(signedIn.id)).then(onDone)}
          />
        </DangerZone>
      )}
      {state.version && <p class="version">{words.t('version', { version: state.version })}</p>}
    </>
  )
}
