/** What a person can choose, in sections. Every choice holds at once; the page in a browser has only what it keeps itself. */
import type { DesktopState, WindowState } from '../../main/ipc.ts'
import { settle, useSurroundings } from './context.ts'
import { KeptList } from './KeptList.tsx'
import { LookSettings } from './settings/LookSettings.tsx'
import { NotificationSettings } from './settings/NotificationSettings.tsx'
import { OpeningSettings } from './settings/OpeningSettings.tsx'
import { SecretsSettings } from './settings/SecretsSettings.tsx'
import { SystemSettings } from './settings/SystemSettings.tsx'
import { TransferSettings } from './settings/TransferSettings.tsx'
import { TraySettings } from './settings/TraySettings.tsx'
import { TroubleSettings } from './settings/TroubleSettings.tsx'
import { UpdateSettings } from './settings/UpdateSettings.tsx'

export function Settings({ state, onDone }: { readonly state: WindowState; readonly onDone: () => void }) {
  return (
    <div class="settings">
      {state.desktop ? <DesktopSettings state={state} desktop={state.desktop} /> : <PageSettings state={state} onDone={onDone} />}
    </div>
  )
}

function DesktopSettings({ state, desktop }: { readonly state: WindowState; readonly desktop: DesktopState }) {
  const { choices } = desktop
  return (
    <>
      {/* What waits for a person stands first. */}
      {desktop.secrets.locked && <SecretsSettings secrets={desktop.secrets} />}
      <KeptList desktop={desktop} servers={state.servers} />
      <NotificationSettings state={state} />
      <TraySettings choices={choices} servers={state.servers} />
      <OpeningSettings choices={choices} />
      <SystemSettings desktop={desktop} />
      <LookSettings preferences={state.preferences} />
      {!desktop.secrets.locked && <SecretsSettings secrets={desktop.secrets} />}
      <UpdateSettings update={desktop.update} looksForUpdates={choices.looksForUpdates} version={state.version} />
      <TransferSettings />
      <TroubleSettings />
    </>
  )
}

function PageSettings({ state, onDone }: { readonly state: WindowState; readonly onDone: () => void }) {
  const { words, bridge } = useSurroundings()
  const [only] = state.servers
  const signedIn = only !== undefined && only.link.phase !== 'signed-out' ? only : null
  return (
    <>
      <NotificationSettings state={state} />
      <LookSettings preferences={state.preferences} />
      {signedIn && (
        <button type="button" class="button" onClick={() => void settle(bridge.disconnectServer(signedIn.id)).then(onDone)}>
          {words.t('signOut')}
        </button>
      )}
      {state.version && <p class="version">{words.t('version', { version: state.version })}</p>}
    </>
  )
}
