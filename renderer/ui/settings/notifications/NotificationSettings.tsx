/** What is notified, how, and when not. The page in a browser has the first of these alone. */
import type { WindowState } from '../../../../common/protocol/window-state.ts'
import type { DesktopSettings } from '../../../../common/protocol/settings.ts'
import type { Words } from '../../../../common/words/words.ts'
import { useUi } from '../../context.ts'
import { type SettingsForm, useSettingsForm } from '../use-settings.ts'
import { Check, OneOf } from '../Controls.tsx'
import { Failure } from '../Failure.tsx'
import { MuteList } from './MuteList.tsx'
import { QuietHoursEditor } from './QuietHoursEditor.tsx'
import { Section } from '../Section.tsx'
import { SoundChoice } from './SoundChoice.tsx'
import { VipList } from './VipList.tsx'

/** Minutes. */
const IDLE = [1, 5, 15, 30, 60]

export function NotificationSettings({ state: { sharedSettings, desktop, servers } }: { readonly state: WindowState }) {
  const { words } = useUi()
  const choosing = useSettingsForm()
  const { prefer, failure } = choosing
  const failed = failure('notifications')
  const blocked = failed?.field === 'notifications'
  return (
    <Section id="notifications" title={words.t('sectionNotifications')}>
      <Check
        name="notifications"
        label={words.t('notifications')}
        help={words.t('notificationsHelp')}
        checked={sharedSettings.notifications}
        onChoose={(notifications) => void prefer({ notifications })}
      >
        {blocked && (
          <p class="field-error" role="alert">
            {words.t('notificationsBlocked')}
          </p>
        )}
      </Check>
      {!blocked && <Failure outcome={failed} />}
      <OneOf
        name="notificationText"
        label={words.t('notificationText')}
        value={sharedSettings.notificationText}
        options={[
          { value: 'mail', label: words.t('textMail') },
          { value: 'account', label: words.t('textAccount') },
          { value: 'nothing', label: words.t('textNothing') },
        ]}
        onChoose={(notificationText) => void prefer({ notificationText })}
      />
      <Failure outcome={failure('notificationText')} />
      {desktop && (
        <>
          <SoundChoice sound={desktop.settings.sound} platform={desktop.platform} choosing={choosing} />
          <IdleChoice idleMinutes={desktop.settings.idleMinutes} choosing={choosing} words={words} />
          <QuietHoursEditor quietHours={desktop.settings.quietHours} choosing={choosing} />
          <VipList vips={desktop.settings.vips} choosing={choosing} />
          <MuteList muted={desktop.settings.muted} servers={servers} choosing={choosing} />
        </>
      )}
    </Section>
  )
}

interface IdleChoiceProps {
  readonly idleMinutes: DesktopSettings['idleMinutes']
  readonly choosing: SettingsForm
  readonly words: Words
}

function IdleChoice({ idleMinutes, choosing: { choose, failure }, words }: IdleChoiceProps) {
  const minutes = [...new Set([...IDLE, ...(idleMinutes === null ? [] : [idleMinutes])])].toSorted((a, b) => a - b)
  return (
    <>
      <OneOf
        name="idleMinutes"
        label={words.t('idle')}
        value={String(idleMinutes ?? 'always')}
        options={[
          { value: 'always', label: words.t('idleAlways') },
          ...minutes.map((count) => ({ value: String(count), label: words.t('idleWithin', { count }) })),
        ]}
        onChoose={(value) => void choose({ idleMinutes: value === 'always' ? null : Number(value) })}
      />
      <Failure outcome={failure('idleMinutes')} />
    </>
  )
}
