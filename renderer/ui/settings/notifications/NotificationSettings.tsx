/** What is notified, how and when. The page in a browser has neither sound nor idle time. */
import type { DesktopSettings, SharedSettings } from '../../../../common/protocol/settings.ts'
import type { DesktopState, WindowState } from '../../../../common/protocol/window-state.ts'
import { heardSound, soundsOf } from '../../../../common/model/sounds.ts'
import { useDesktop, useUi } from '../../controls/context.ts'
import { ActionButton } from '../../controls/ActionButton.tsx'
import { ErrorMessage } from '../../controls/ErrorMessage.tsx'
import { Checkbox, optionsOf } from '../../controls/fields.tsx'
import { useOutcome } from '../../controls/use-request.ts'
import { Section, SettingSelect } from '../setting-fields.tsx'
import { MuteList } from './MuteList.tsx'
import { QuietHoursEditor } from './QuietHoursEditor.tsx'
import { VipList } from './VipList.tsx'

export function NotificationSettings({ state: { sharedSettings, readerSettings, desktop, servers } }: { readonly state: WindowState }) {
  const { words, bridge } = useUi()
  return (
    <Section id="notifications" title={words.t('sectionNotifications')}>
      <NotifyCheckbox settings={sharedSettings} />
      <SettingSelect
        name="notificationText"
        label={words.t('notificationText')}
        value={sharedSettings.notificationText}
        options={optionsOf(words, { mail: 'textMail', account: 'textAccount', nothing: 'textNothing' })}
        save={(notificationText) => bridge.updateSharedSettings({ notificationText })}
      />
      {desktop && (
        <>
          <SoundSelect desktop={desktop} />
          <IdleSelect idleMinutes={desktop.settings.idleMinutes} />
        </>
      )}
      <QuietHoursEditor quietHours={readerSettings.quietHours} />
      <VipList vips={readerSettings.vips} />
      <MuteList muted={readerSettings.muted} servers={servers} />
    </Section>
  )
}

export function NotifyCheckbox({ settings }: { readonly settings: SharedSettings }) {
  const { words, bridge } = useUi()
  const { error, track } = useOutcome()
  const isBlocked = error?.field === 'notifications'
  return (
    <>
      <Checkbox
        name="notifications"
        label={words.t('notifications')}
        help={words.t('notificationsHelp')}
        checked={settings.notifications}
        onCheck={(notifications) => void track(bridge.updateSharedSettings({ notifications }))}
      />
      {isBlocked ? (
        <p class="field-error" role="alert">
          {words.t('notificationsBlocked')}
        </p>
      ) : (
        <ErrorMessage error={error} />
      )}
    </>
  )
}

const SOUNDS = { system: 'sameAsSystem', none: 'none', bell: 'soundBell', drop: 'soundDrop', wood: 'soundWood' } as const

function SoundSelect({ desktop: { settings, platform } }: { readonly desktop: DesktopState }) {
  const { words } = useUi()
  const { showTestNotification, updateDesktopSettings } = useDesktop()
  return (
    <>
      <SettingSelect
        name="sound"
        label={words.t('sound')}
        value={heardSound(settings.sound, platform)}
        options={soundsOf(platform).map((value) => ({ value, label: words.t(SOUNDS[value]) }))}
        save={(sound) => updateDesktopSettings({ sound })}
      />
      <ActionButton label={words.t('testNotification')} run={showTestNotification} />
    </>
  )
}

const IDLE_MINUTES = [1, 5, 15, 30, 60]

function IdleSelect({ idleMinutes }: Pick<DesktopSettings, 'idleMinutes'>) {
  const { words } = useUi()
  const { updateDesktopSettings } = useDesktop()
  // An imported file can have another number.
  const minutes = [...new Set([...IDLE_MINUTES, idleMinutes ?? 1])].toSorted((a, b) => a - b)
  return (
    <SettingSelect
      name="idleMinutes"
      label={words.t('idle')}
      value={String(idleMinutes ?? 'always')}
      options={[
        { value: 'always', label: words.t('idleAlways') },
        ...minutes.map((count) => ({ value: String(count), label: words.t('idleWithin', { count }) })),
      ]}
      save={(value) => updateDesktopSettings({ idleMinutes: value === 'always' ? null : Number(value) })}
    />
  )
}
