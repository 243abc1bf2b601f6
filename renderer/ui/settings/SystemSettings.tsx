import type { DesktopState } from '../../../common/protocol/window-state.ts'
import { useUi } from '../context.ts'
import { useSettingsForm } from './use-settings.ts'
import { Check } from './Controls.tsx'
import { Failure } from './Failure.tsx'
import { Section } from './Section.tsx'
import { ShortcutField } from './ShortcutField.tsx'

export function SystemSettings({ desktop: { settings, platform } }: { readonly desktop: DesktopState }) {
  const { words } = useUi()
  const choosing = useSettingsForm()
  return (
    <Section id="system" title={words.t('sectionSystem')}>
      <Check
        name="startAtLogin"
        label={words.t('startAtLogin')}
        help={words.t('startAtLoginHelp')}
        checked={settings.startAtLogin}
        onChoose={(startAtLogin) => void choosing.choose({ startAtLogin })}
      />
      <Failure outcome={choosing.failure('startAtLogin')} />
      <ShortcutField shortcut={settings.shortcut} platform={platform} choosing={choosing} />
    </Section>
  )
}
