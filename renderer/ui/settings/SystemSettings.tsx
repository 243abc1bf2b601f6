import type { DesktopSettings } from '../../../common/protocol/settings.ts'
import type { DesktopState } from '../../../common/protocol/window-state.ts'
import { useDesktop, useUi } from '../controls/context.ts'
import { Section, SettingCheckbox } from './setting-fields.tsx'
import { ShortcutField } from './ShortcutField.tsx'

export function SystemSettings({ desktop }: { readonly desktop: DesktopState }) {
  const { words } = useUi()
  return (
    <Section id="system" title={words.t('sectionSystem')}>
      <StartAtLogin settings={desktop.settings} />
      <ShortcutField desktop={desktop} />
    </Section>
  )
}

export function StartAtLogin({ settings }: { readonly settings: DesktopSettings }) {
  const { words } = useUi()
  const { updateDesktopSettings } = useDesktop()
  return (
    <SettingCheckbox
      name="startAtLogin"
      label={words.t('startAtLogin')}
      help={words.t('startAtLoginHelp')}
      checked={settings.startAtLogin}
      save={(startAtLogin) => updateDesktopSettings({ startAtLogin })}
    />
  )
}
