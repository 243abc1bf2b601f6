import type { DesktopState } from '../../../main/ipc.ts'
import { useSurroundings } from '../context.ts'
import { useChoosing } from './choosing.ts'
import { Check } from './Controls.tsx'
import { Failure } from './Failure.tsx'
import { Section } from './Section.tsx'
import { ShortcutField } from './ShortcutField.tsx'

export function SystemSettings({ desktop: { choices, platform } }: { readonly desktop: DesktopState }) {
  const { words } = useSurroundings()
  const choosing = useChoosing()
  return (
    <Section id="system" title={words.t('sectionSystem')}>
      <Check
        name="startAtLogin"
        label={words.t('startAtLogin')}
        help={words.t('startAtLoginHelp')}
        checked={choices.startAtLogin}
        onChoose={(startAtLogin) => void choosing.choose({ startAtLogin })}
      />
      <Failure outcome={choosing.failure('startAtLogin')} />
      <ShortcutField shortcut={choices.shortcut} platform={platform} choosing={choosing} />
    </Section>
  )
}
